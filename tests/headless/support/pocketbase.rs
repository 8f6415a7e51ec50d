//! PocketBase, with the collections of tests/servers/pb_migrations.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    ROOT,
    child::{Daemon, installed},
    free_address,
    http::body_for,
};

const SUPERUSER: [&str; 2] = ["ann@example.com", "open sesame"];

/// A running PocketBase; it is gone when this is dropped.
pub(crate) struct PocketBase {
    address: SocketAddr,
    server: Option<Daemon>,
    // The last to be dropped.
    folder: TempDir,
}

impl PocketBase {
    pub(crate) fn start() -> Self {
        let mut pocketbase = Self { address: free_address(), server: None, folder: tempfile::tempdir().unwrap() };
        // Without a superuser it opens the user's browser to ask for one.
        let mut superuser = pocketbase.command(&["superuser", "upsert", SUPERUSER[0], SUPERUSER[1]]);
        let superuser = superuser.stdin(Stdio::null()).stdout(Stdio::null()).status();
        assert!(superuser.unwrap().success());
        pocketbase.restart();
        pocketbase
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/pocketbase")]));
        command.args(words).arg("--dir").arg(self.folder.path().join("data"));
        command.arg("--migrationsDir").arg(format!("{ROOT}/tests/servers/pb_migrations"));
        command.arg("--automigrate=false");
        command
    }

    /// Kills it, and with it every stream.
    pub(crate) fn kill(&mut self) {
        self.server = None;
    }

    /// Starts it again, at the same address and with what it has kept.
    pub(crate) fn restart(&mut self) {
        let command = self.command(&["serve", "--http", &self.address.to_string()]);
        self.server = Some(Daemon::start(command, self.address, &self.folder.path().join("log")));
    }

    #[allow(dead_code, reason = "for tests/matrix")]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A token of the superuser's.
    pub(crate) fn token(&self) -> String {
        let login = json!({ "identity": SUPERUSER[0], "password": SUPERUSER[1] });
        let answer = self.ask("POST /api/collections/_superusers/auth-with-password", &login, None);
        answer["token"].as_str().unwrap().to_owned()
    }

    /// Makes a request that must succeed: its method and target, a body of JSON, and whose it is.
    pub(crate) fn ask(&self, request: &str, body: &Value, token: Option<&str>) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let login: Vec<_> = token.iter().map(|token| ("Authorization", *token)).collect();
        let answer = body_for(self.address, request, &login, &body);
        if answer.is_empty() { Value::Null } else { serde_json::from_str(&answer).unwrap() }
    }
}
