//! How a second process talks to the running program: one JSON line asks, one JSON line answers.
//!
//! The running program listens in its data folder, where only its user can reach it; holding the folder's lock it knows
//! that a socket found there is a dead one's. A connection may ask any number of questions, one after the other.

mod request;
mod transport;

use std::sync::Arc;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use streambell_engine::{Engine, EngineError, Home, speak};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    sync::{Semaphore, mpsc},
};

pub use request::{FeedLine, Request, carry_out};

/// The longest question: a settings file of thousands of feeds.
const LONGEST_REQUEST: u64 = 32 << 20;
/// Conversations at a time; more wait.
const CONVERSATIONS: usize = 16;

/// What the window is asked for by another process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shell {
    /// Show the window.
    Show,
    /// Show it, and what becomes of this link there.
    Follow(String),
    /// Show it, or hide it.
    Toggle,
    /// End the program and start it anew.
    Restart,
    /// End the program.
    Quit,
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Stable, in snake case.
    pub code: String,
    /// For the user, with what to do next.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Ok(Value),
    Error(Refusal),
}

/// Why the running program cannot be reached by others. It works all the same.
#[derive(Debug, thiserror::Error)]
#[error("{}", cut_off(.0))]
pub struct BindError(#[from] std::io::Error);

fn cut_off(error: &std::io::Error) -> String {
    speak!(
        format!(
            "Other programs cannot reach this one: {error}. Commands will fail while it runs; set STREAMBELL_HOME to a folder on a local disk."
        ),
        format!(
            "其他程序无法连接到本程序（{error}）。它运行期间命令会失败；请把 STREAMBELL_HOME 设为本地磁盘上的文件夹。"
        ),
    )
}

/// The running program's ear.
pub struct Server {
    listener: transport::Listener,
}

impl Server {
    /// Begins to listen. Only for a program that holds the lock of `home`: it takes the place of a dead one's socket.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn bind(home: &Home) -> Result<Self, BindError> {
        Ok(Self { listener: transport::Listener::bind(home)? })
    }

    /// Answers until it is dropped. What is asked of the window goes to `shell`; a program without a window has none.
    pub async fn serve(mut self, engine: Engine, shell: Option<mpsc::Sender<Shell>>) {
        let room = Arc::new(Semaphore::new(CONVERSATIONS));
        while let Ok(permit) = room.clone().acquire_owned().await {
            let stream = match self.listener.accept().await {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::error!(%error, "the control socket failed; commands cannot reach this program any more");
                    return;
                }
            };
            let (engine, shell) = (engine.clone(), shell.clone());
            tokio::spawn(async move {
                if let Err(error) = converse(stream, &engine, shell.as_ref()).await {
                    tracing::debug!(%error, "a conversation broke off");
                }
                drop(permit);
            });
        }
    }
}

async fn converse(
    stream: transport::Stream,
    engine: &Engine,
    shell: Option<&mpsc::Sender<Shell>>,
) -> std::io::Result<()> {
    let (input, mut output) = tokio::io::split(stream);
    let mut input = BufReader::new(input);
    while let Some(line) = line(&mut input, LONGEST_REQUEST).await? {
        let result = match serde_json::from_slice::<Request>(&line) {
            Ok(request) => answer(engine, shell, request).await,
            Err(error) => Err(Refusal::new(
                "bad_request",
                format!(
                    "The running Streambell does not understand this command ({error}). Restart it: it may be of another version."
                ),
            )),
        };
        let reply = result.map_or_else(Reply::Error, Reply::Ok);
        let mut text = serde_json::to_vec(&reply)?;
        text.push(b'\n');
        output.write_all(&text).await?;
    }
    Ok(())
}

async fn answer(engine: &Engine, shell: Option<&mpsc::Sender<Shell>>, request: Request) -> Result<Value, Refusal> {
    let asked = match request {
        Request::Show => Shell::Show,
        Request::Follow { link } => Shell::Follow(link),
        Request::Toggle => Shell::Toggle,
        Request::Restart => Shell::Restart,
        Request::Quit => Shell::Quit,
        request => return carry_out(engine, request).await,
    };
    let no_window = || {
        Refusal::new(
            "no_window",
            "The running Streambell has no window: it was started with 'streambell run'. Stop that, then start 'streambell'.",
        )
    };
    let shell = shell.ok_or_else(no_window)?;
    shell.send(asked).await.map_err(|_| EngineError::Ended)?;
    Ok(Value::Null)
}

/// A line without its end; `None` when the other side has closed. One that is too long is an error.
async fn line(input: &mut (impl AsyncBufRead + Unpin), longest: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(longest).read_until(b'\n', &mut line).await?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() as u64 + 1 >= longest => Err(std::io::Error::other("the line is too long")),
        Some(_) => Err(std::io::ErrorKind::UnexpectedEof.into()),
    }
}

/// A connection to the running program.
pub struct Client {
    stream: BufReader<transport::Stream>,
}

impl Client {
    /// Connects to the program that runs on this data folder; `None` if there is none.
    pub async fn connect(home: &Home) -> Option<Self> {
        match transport::connect(home).await {
            Ok(stream) => Some(Self { stream: BufReader::new(stream) }),
            Err(error) => {
                tracing::debug!(%error, "no program answers");
                None
            }
        }
    }

    /// Asks for something.
    ///
    /// # Errors
    /// When the program refuses, or ends meanwhile.
    pub async fn ask<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, Refusal> {
        let lost = |error: std::io::Error| {
            Refusal::new("lost", format!("The running Streambell ended meanwhile ({error}). Repeat the command."))
        };
        let mut text = serde_json::to_vec(request).map_err(|error| lost(error.into()))?;
        text.push(b'\n');
        self.stream.write_all(&text).await.map_err(lost)?;
        let reply = line(&mut self.stream, u64::MAX).await.map_err(lost)?;
        let reply = reply.ok_or_else(|| lost(std::io::ErrorKind::UnexpectedEof.into()))?;
        match serde_json::from_slice(&reply).map_err(|error| lost(error.into()))? {
            Reply::Ok(value) => serde_json::from_value(value).map_err(|error| lost(error.into())),
            Reply::Error(refusal) => Err(refusal),
        }
    }
}
