//! A hub, as a process.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    process::{Child, Stdio},
};

use crate::support::{Folder, free_address, until};

/// A hub at an address that it keeps when it is started again; it is gone when this is dropped.
pub(crate) struct HubProcess {
    folder: Folder,
    command: Vec<String>,
    address: SocketAddr,
    child: Option<Child>,
}

impl HubProcess {
    /// The hub alone, with more arguments.
    pub(crate) fn alone(arguments: &[&str]) -> Self {
        Self::start(Folder::new(), free_address(), |address| {
            let command = ["hub", "--listen", &address.to_string()].map(str::to_owned);
            command.into_iter().chain(arguments.iter().map(ToString::to_string)).collect()
        })
    }

    /// The hub of the program.
    pub(crate) fn embedded() -> Self {
        let (folder, address) = (Folder::new(), free_address());
        folder.ask(&["settings", &format!(r#"{{"hub_port":{}}}"#, address.port())]);
        Self::start(folder, address, |_| vec!["run".to_owned()])
    }

    fn start(folder: Folder, address: SocketAddr, command: impl FnOnce(SocketAddr) -> Vec<String>) -> Self {
        let mut hub = Self { folder, command: command(address), address, child: None };
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
        self.child = Some(until("the hub starts", || self.try_start()));
    }

    pub(crate) fn kill_and_start_again(&mut self) {
        self.kill();
        self.start_again();
    }

    fn try_start(&self) -> Result<Child, String> {
        let arguments: Vec<_> = self.command.iter().map(String::as_str).collect();
        let mut command = self.folder.command(&arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        // It says so, or why not, and goes on to say things that nobody needs.
        let listens = said.find(|line| line.contains("the hub listens"));
        std::thread::spawn(move || said.for_each(drop));
        match listens {
            Some(_) if TcpStream::connect(self.address).is_ok() => Ok(child),
            listens => {
                child.kill().unwrap();
                Err(format!("it ended with {}: {listens:?}", child.wait().unwrap()))
            }
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
