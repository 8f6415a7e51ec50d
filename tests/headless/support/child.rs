//! A server's process, which does not outlive its test.

use std::{
    net::{SocketAddr, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use super::until;

/// A process and all that it starts, ended when this is dropped, by a panic too.
pub(crate) struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// Starts a server, which writes to `log`, and waits until it listens.
    pub(crate) fn start(mut command: Command, listens: SocketAddr, log: &Path) -> Self {
        let output = std::fs::File::options().create(true).append(true).open(log).unwrap();
        // A group of its own, so that its workers can be ended with it.
        command.process_group(0).stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        let child = command.spawn().unwrap_or_else(|error| {
            let program = command.get_program().display();
            panic!("{program} cannot be started ({error}). Run scripts/install.sh test.")
        });
        let mut daemon = Self { child, log: log.to_owned() };
        until("a server starts to listen", || {
            if let Some(status) = daemon.child.try_wait().unwrap() {
                panic!("it ended with {status}: {}", daemon.log());
            }
            TcpStream::connect(listens).map(drop).map_err(|error| error.to_string())
        });
        daemon
    }

    /// Asks it to end, as a service manager does, and waits until it and all that it started have: its exit code.
    #[allow(dead_code, reason = "for tests/headless")]
    pub(crate) fn end(mut self) -> Option<i32> {
        signal("-TERM", &self.child.id().to_string());
        let status = until("a server ends", || self.child.try_wait().unwrap().ok_or_else(|| self.log()));
        until("what it started ends", || if signal("-0", &self.group()) { Err(self.log()) } else { Ok(()) });
        status.code()
    }

    fn group(&self) -> String {
        format!("-{}", self.child.id())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // The group is that of the process, which is not yet waited for: its number belongs to nobody else.
        let group = self.group();
        let ended = signal("-KILL", &group) || matches!(self.child.try_wait(), Ok(Some(_)));
        let _ = self.child.kill();
        let _ = self.child.wait();
        assert!(ended || thread::panicking(), "the processes of {group} may still run");
    }
}

/// Whether there was such a process, or group of them, to be sent a signal.
fn signal(name: &str, process: &str) -> bool {
    Command::new("kill").args([name, "--", process]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The path of a program that `scripts/install.sh test` installs.
pub(crate) fn installed(candidates: &[&str]) -> PathBuf {
    candidates
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("none of {candidates:?} is installed. Run scripts/install.sh test."))
}
