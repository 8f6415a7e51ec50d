//! `streambell hub`, as a process.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use crate::support::until;

/// A hub at an address that it keeps when it is started again; it is gone when this is dropped.
pub(crate) struct HubProcess {
    arguments: Vec<String>,
    address: SocketAddr,
    child: Option<Child>,
}

impl HubProcess {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let mut hub = Self { arguments, address: ([127, 0, 0, 1], 0).into(), child: None };
        hub.start_again();
        hub
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub(crate) fn start_again(&mut self) {
        // The system may hold the port of a killed process for a moment.
        let (child, address) = until("the hub starts", || self.try_start());
        self.address = address;
        self.child = Some(child);
    }

    pub(crate) fn kill_and_start_again(&mut self) {
        self.kill();
        self.start_again();
    }

    fn try_start(&self) -> Result<(Child, SocketAddr), String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streambell-cli"));
        command.args(["hub", "--listen", &self.address.to_string()]).args(&self.arguments);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Option<serde_json::Value> = serde_json::from_str(&line).ok();
        match told.and_then(|told| told["url"].as_str()?.strip_prefix("http://")?.parse().ok()) {
            Some(address) => Ok((child, address)),
            None => Err(format!("it ended with {}: {line}", child.wait().unwrap())),
        }
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
