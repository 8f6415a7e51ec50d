//! The program itself, on a data folder of its own.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::Value;
use tempfile::TempDir;

use super::{PATIENCE, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_streambell-cli");
/// What it says when commands reach it.
const RUNNING: &str = "running; Ctrl-C or SIGTERM ends it";

/// A data folder, and the commands that are given on it. It has neither a key ring nor a notification service.
pub(crate) struct Folder {
    base: TempDir,
    home: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let base = tempfile::tempdir().unwrap();
        let home = base.path().join("home");
        Self { base, home }
    }

    /// The same, with the data somewhere else below it.
    pub(crate) fn with_home(self, home: &str) -> Self {
        Self { home: self.base.path().join(home), ..self }
    }

    /// Where all that belongs to the test is.
    pub(crate) fn base(&self) -> &Path {
        self.base.path()
    }

    /// The data folder.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// A command that is not yet started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        self.prepare(command.args(args));
        command
    }

    /// Gives any command the surroundings of those on this folder.
    pub(crate) fn prepare(&self, command: &mut Command) {
        command
            .env("STREAMBELL_HOME", &self.home)
            .env("HOME", self.base.path())
            .env("XDG_RUNTIME_DIR", self.base.path())
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.base.path().join("no-bus").display()))
            .env_remove("STREAMBELL_LOG")
            .env_remove("STREAMBELL_PASSWORD")
            .env_remove("STREAMBELL_TOKEN")
            .env_remove("http_proxy")
            .env_remove("HTTP_PROXY")
            .env_remove("all_proxy")
            .env_remove("ALL_PROXY")
            .stdin(Stdio::null());
    }

    /// Carries out a command.
    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        Outcome::of(self.command(args))
    }

    /// Carries out a command that must succeed, and reads what it printed.
    pub(crate) fn ask(&self, args: &[&str]) -> Value {
        let outcome = self.run(args);
        assert_eq!(outcome.code, 0, "{args:?}: {outcome:?}");
        if outcome.out.is_empty() { Value::Null } else { serde_json::from_str(&outcome.out).unwrap() }
    }

    /// Adds a feed of a preset: the answers to what it asks for, its token, and what else there is to say.
    pub(crate) fn add_of(
        &self,
        preset: &str,
        name: &str,
        answers: &[(&str, &str)],
        token: Option<&str>,
        more: &[&str],
    ) -> Value {
        let answers = answers.iter().map(|(question, answer)| format!("--set={question}={answer}"));
        let mut command = self.command(&["feeds", "add", "--preset", preset, "--name", name]);
        command.args(answers).args(token.map(|_| "--secret=token")).args(more);
        command.envs(token.map(|token| ("STREAMBELL_TOKEN", token)));
        let outcome = Outcome::of(command);
        assert_eq!(outcome.code, 0, "{name}: {outcome:?}");
        serde_json::from_str(&outcome.out).unwrap()
    }

    /// What a person reads of a feed that stands so: why, and what its preset says to do about it, as when nothing comes.
    pub(crate) fn told(&self, preset: &str, status: &Value) -> String {
        let preset = self.ask(&["presets", "show", preset, "--json"]);
        let message = status["reason"]["message"].as_str().unwrap_or_default();
        let code = status["reason"]["code"].as_str().unwrap_or("quiet");
        format!("{message} {}", preset["help"][code]["en"].as_str().unwrap_or_default())
    }

    /// The names of the feeds that are stored.
    pub(crate) fn feed_names(&self) -> Vec<String> {
        let feeds = self.ask(&["feeds", "list"]);
        feeds.as_array().unwrap().iter().map(|feed| feed["name"].as_str().unwrap().to_owned()).collect()
    }

    /// How a feed stands.
    pub(crate) fn status(&self, name: &str) -> Value {
        let feeds = self.ask(&["feeds", "list"]);
        let feed = feeds.as_array().unwrap().iter().find(|feed| feed["name"] == name);
        feed.unwrap_or_else(|| panic!("no feed {name} in {feeds}"))["status"].clone()
    }

    /// Waits until a feed stands so: its status, as a word.
    pub(crate) fn until_status(&self, name: &str, wanted: &str) -> Value {
        until(&format!("{name} is {wanted}"), || {
            let status = self.status(name);
            if status["type"] == wanted { Ok(status) } else { Err(status.to_string()) }
        })
    }

    /// All events of a feed, oldest first.
    pub(crate) fn events(&self, name: &str) -> Vec<Value> {
        let Value::Array(mut events) = self.ask(&["events", "--feed", name]) else { panic!("no list") };
        events.reverse();
        events
    }

    /// Waits until a feed has so many events, and returns them oldest first.
    pub(crate) fn until_events(&self, name: &str, count: usize) -> Vec<Value> {
        until(&format!("{name} has {count} events"), || {
            let events = self.events(name);
            if events.len() >= count { Ok(events) } else { Err(format!("{} events", events.len())) }
        })
    }

    /// Starts the program without a window, and waits until commands reach it.
    pub(crate) fn start(&self) -> Program {
        let program = self.spawn();
        program.until_said(RUNNING);
        program
    }

    /// Starts the program so that no file of its may grow beyond so many blocks of 512 bytes, and waits for it.
    pub(crate) fn start_limited(&self, blocks: u32) -> Program {
        let program = self.spawn_command(self.limited(blocks, &["run", "--no-hub"]));
        program.until_said(RUNNING);
        program
    }

    /// A command, not yet started, no file of which may grow beyond so many blocks of 512 bytes.
    pub(crate) fn limited(&self, blocks: u32, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        let script = "trap '' XFSZ; ulimit -S -f \"$1\"; shift; exec \"$0\" \"$@\"";
        self.prepare(command.args(["-c", script, PROGRAM, &blocks.to_string()]).args(args));
        command
    }

    /// Starts the program and does not wait for it.
    pub(crate) fn spawn(&self) -> Program {
        self.spawn_command(self.command(&["run", "--no-hub"]))
    }

    /// Starts what is to be the running program.
    pub(crate) fn spawn_command(&self, mut command: Command) -> Program {
        let log = tempfile::Builder::new().prefix("run-").suffix(".log").tempfile_in(self.base()).unwrap();
        let (file, log) = log.keep().unwrap();
        command.stdout(Stdio::null()).stderr(file);
        Program { child: command.spawn().unwrap(), log }
    }

    /// Follows a feed.
    pub(crate) fn watch(&self, args: &[&str]) -> Watch {
        let mut command = self.command(&["watch"]);
        let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let (sender, said) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Watch { child, lines, said }
    }
}

impl Outcome {
    pub(crate) fn of(mut command: Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
    }

    /// It failed with this exit code, printed nothing, and said each of these.
    pub(crate) fn must_refuse(&self, what: &str, code: i32, says: &[&str]) {
        assert_eq!(self.code, code, "{what}: {self:?}");
        assert_eq!(self.out, "", "{what}: nothing but JSON belongs on standard output");
        for hint in says {
            assert!(self.err.contains(hint), "{what}: '{hint}' is not in {:?}", self.err);
        }
    }
}

/// The running program; it is killed when this is dropped.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// What it has said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn until_said(&self, text: &str) {
        until(&format!("it says '{text}'"), || {
            let log = self.log();
            if log.contains(text) { Ok(()) } else { Err(log) }
        });
    }

    /// Lets its files grow again.
    pub(crate) fn unlimit(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited:"]).status().unwrap().success());
    }

    /// Kills it: no handler runs, nothing is finished.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has: its exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &id]).status().unwrap().success());
        until("the program ends", || match self.child.try_wait().unwrap() {
            Some(status) => Ok(status.code()),
            None => Err(self.log()),
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running `watch`; it is killed when this is dropped.
pub(crate) struct Watch {
    child: Child,
    lines: Receiver<String>,
    said: Receiver<String>,
}

impl Watch {
    /// The next event.
    pub(crate) fn next(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line} is not JSON: {error}"))
    }

    /// Waits until it says something on standard error that has this in it.
    pub(crate) fn until_said(&self, text: &str) -> String {
        loop {
            let line =
                self.said.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("it never said '{text}': {error}"));
            if line.contains(text) {
                return line;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
