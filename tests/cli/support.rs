//! What several tests need.

use std::{
    collections::HashMap,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use streambell_engine::{Clock, Engine, Home, NoNotifier, Secrets, SecretsError, Setup};

/// Longer than anything takes on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A key ring in memory.
#[derive(Default)]
pub(crate) struct Ring(Mutex<HashMap<String, String>>);

impl Secrets for Ring {
    fn load(&self, account: &str) -> Result<Option<String>, SecretsError> {
        Ok(self.0.lock().unwrap().get(account).cloned())
    }

    fn store(&self, account: &str, secret: Option<&str>) -> Result<(), SecretsError> {
        let mut kept = self.0.lock().unwrap();
        match secret {
            Some(secret) => kept.insert(account.to_owned(), secret.to_owned()),
            None => kept.remove(account),
        };
        Ok(())
    }
}

pub(crate) fn home(folder: &Path) -> Home {
    Home::locate(Some(folder.to_owned())).unwrap()
}

/// An engine that opens no connection.
pub(crate) async fn engine(home: &Home) -> Engine {
    let setup = Setup {
        home: home.clone(),
        notifier: Arc::new(NoNotifier),
        secrets: Arc::new(Ring::default()),
        hub: None,
        clock: Clock::default(),
        subscribe: false,
    };
    Engine::start(setup).await.unwrap()
}

/// The program, on a data folder of its own and without a desktop.
pub(crate) fn streambell(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streambell-cli"));
    command
        .args(args)
        .env("STREAMBELL_HOME", folder)
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", folder.join("no-bus").display()))
        .env_remove("STREAMBELL_LOG")
        .env_remove("STREAMBELL_PASSWORD")
        .env_remove("STREAMBELL_TOKEN")
        .stdin(Stdio::null());
    command
}

pub(crate) fn output(mut command: Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A process that does not outlive its test.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Its exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
