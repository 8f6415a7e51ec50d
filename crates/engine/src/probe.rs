//! A feed tried out before it is added: opened as its draft says for some seconds, with nothing kept and nothing rung.

use std::time::Duration;

use streambell_sse as sse;
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{Instant, interval, sleep_until},
};

use crate::{
    EngineError, cause,
    conversation::{Conversation, Signal, Understood as Came},
    dialect::{Heard, Interpreter},
    mapping::{Mapped, ViewGuess},
    model::{Dialect, Feed, Mapping, Network, ProbeNews, Reason, Sample, Understanding, Understood},
    secrets::{FeedSecrets, Vault},
    speak, subscription, suggest,
};

/// So long it lasts.
const LONGEST: Duration = Duration::from_secs(10);
/// After so long without anything, whoever waits begins to wonder.
const QUIET: Duration = Duration::from_secs(3);
/// So many events are enough to understand a feed.
const MOST_SAMPLES: usize = 50;
/// So much of an event's data is shown.
const MOST_DATA: usize = 64 * 1024;
/// And so much of all of them: they travel to the window, and back with each change of the mapping.
const MOST_OF_ALL: usize = 512 * 1024;
/// So many readings of an event are shown.
const MOST_READINGS: usize = 20;
/// How often it is looked whether something came that is no event.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// News that wait for a window that is busy; a slow one slows the socket.
const NEWS: usize = 16;

/// A running probe; it ends when this is dropped.
#[derive(Debug)]
pub struct Probe {
    news: mpsc::Receiver<ProbeNews>,
    task: AbortHandle,
}

impl Probe {
    /// Opens a feed. What is wrong with its draft is the caller's to find out.
    pub(crate) fn start(client: sse::Client, feed: Feed, secrets: FeedSecrets, network: Network, vault: Vault) -> Self {
        let (sender, news) = mpsc::channel(NEWS);
        let task = tokio::spawn(async move {
            let config = subscription::config(&feed, &network, ecow::EcoString::new(), &secrets, &vault).await;
            // An error means that nobody listens any more.
            let _ = match config {
                Ok(config) => match Conversation::new(client, config, &feed.map, &feed.dialect) {
                    Ok(conversation) => Running::new(conversation, sender).run().await,
                    Err(_) => return,
                },
                Err((reason, _)) => {
                    sender.send(ProbeNews::Failed { reason: to_fill_in(reason), instead: Vec::new() }).await
                }
            };
        });
        Self { news, task: task.abort_handle() }
    }

    /// What happens next; `None` when it is over, or another has taken its place.
    pub async fn next(&mut self) -> Option<ProbeNews> {
        self.news.recv().await
    }

    /// Ends it from elsewhere.
    pub(crate) fn abort_handle(&self) -> AbortHandle {
        self.task.clone()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A feed that is not added yet has nothing in the key ring.
fn to_fill_in(reason: Reason) -> Reason {
    if reason.code != "secret_missing" {
        return reason;
    }
    let message = speak!(
        "A password, a token or a header's value is missing. Fill it in, or take the login away.",
        "缺少密码、令牌或请求头的值。请填写，或去掉登录信息。"
    )
    .into();
    Reason { message, ..reason }
}

type Told = Result<(), mpsc::error::SendError<ProbeNews>>;

struct Running {
    conversation: Conversation,
    news: mpsc::Sender<ProbeNews>,
    began: Instant,
    /// Whether nothing has come yet that would be worth waiting for.
    quiet: bool,
    samples: usize,
    bytes: usize,
    last_byte: Option<Instant>,
}

impl Running {
    fn new(conversation: Conversation, news: mpsc::Sender<ProbeNews>) -> Self {
        Self { conversation, news, began: Instant::now(), quiet: true, samples: 0, bytes: 0, last_byte: None }
    }

    async fn run(mut self) -> Told {
        let mut look = interval(LOOK_EVERY);
        let (quiet_at, end) = (self.began + QUIET, self.began + LONGEST);
        loop {
            tokio::select! {
                signal = self.conversation.next() => match signal {
                    Some(Signal::Events(events)) => {
                        self.show(&events).await?;
                        if self.samples == MOST_SAMPLES {
                            return self.news.send(ProbeNews::Over).await;
                        }
                    }
                    Some(Signal::Status(sse::Status::Waiting { cause, .. } | sse::Status::Stopped(cause))) => {
                        return self.news.send(self.end(&cause)).await;
                    }
                    Some(Signal::Status(sse::Status::Connecting)) => self.news.send(ProbeNews::Connecting).await?,
                    Some(Signal::Status(sse::Status::Open)) => self.opened().await?,
                    // A probe asks for what comes from now on.
                    Some(Signal::Lost) => {}
                    Some(Signal::Broken(..)) | None => return Ok(()),
                },
                _ = look.tick() => self.look().await?,
                () = sleep_until(quiet_at), if self.quiet => {
                    self.quiet = false;
                    self.news.send(ProbeNews::Quiet).await?;
                }
                () = sleep_until(end) => return self.news.send(ProbeNews::Over).await,
            }
        }
    }

    async fn opened(&mut self) -> Told {
        let Some(opened) = self.conversation.connection().opened() else { return Ok(()) };
        let news = ProbeNews::Open {
            after_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            version: format!("{:?}", opened.version()),
            through: opened.through().map(str::to_owned),
        };
        self.news.send(news).await
    }

    async fn show(&mut self, events: &Came) -> Told {
        self.last_byte = self.conversation.connection().pulse().last_byte();
        self.quiet = false;
        let left = MOST_SAMPLES - self.samples;
        let samples: Vec<Sample> = events.iter().take(left).map(|(event, _)| self.sample(event)).collect();
        self.samples += samples.len();
        self.news.send(ProbeNews::Samples { samples }).await
    }

    fn sample(&mut self, event: &sse::Event) -> Sample {
        let most = MOST_DATA.min(MOST_OF_ALL - self.bytes);
        let data = event.data[..event.data.floor_char_boundary(most)].to_owned();
        self.bytes += data.len();
        Sample { event: event.event.to_string(), id: event.id.to_string(), data, bytes: event.data.len() as u64 }
    }

    /// What came without being an event: a comment, or the beginning of something large.
    async fn look(&mut self) -> Told {
        let last_byte = self.conversation.connection().pulse().last_byte();
        if last_byte == self.last_byte {
            return Ok(());
        }
        self.last_byte = last_byte;
        self.news.send(ProbeNews::KeepAlive).await
    }

    fn end(&self, cause: &sse::Cause) -> ProbeNews {
        if cause.is_routine() {
            return ProbeNews::Over;
        }
        let instead = match cause {
            sse::Cause::WrongType { found: sse::Found::WebPage { feeds } } => {
                feeds.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        ProbeNews::Failed { reason: cause::reason(cause), instead }
    }
}

/// What samples mean with a mapping and a dialect.
///
/// # Errors
/// When something about them is wrong.
pub(crate) fn understand(map: &Mapping, dialect: &Dialect, samples: &[Sample]) -> Result<Understanding, EngineError> {
    // All that has come is shown, however fast it came.
    let mut interpreter = Interpreter::new(map, &Dialect { at_most: None, ..dialect.clone() })?;
    let now = Instant::now();
    let mut guess = ViewGuess::default();
    let mut view = None;
    let mut understood = Vec::new();
    for sample in samples.iter().take(MOST_SAMPLES) {
        let event = sse::Event {
            event: sample.event.as_str().into(),
            data: sample.data.as_str().into(),
            id: sample.id.as_str().into(),
        };
        let guessed = interpreter.mapper().guessed(&event);
        let kind = event.event.clone();
        let mut mapped = match interpreter.hear(event, now) {
            Heard::Event(_, mapped) => mapped,
            Heard::Refused(_) => Mapped::default(),
        };
        let whole = sample.data.len() as u64 == sample.bytes;
        if whole && !mapped.readings.is_empty() {
            view = guess.count(&kind, mapped.view).or(view);
        }
        mapped.readings.truncate(MOST_READINGS);
        understood.push(Understood { readings: mapped.readings, guessed });
    }
    let rules = view.map(|view| suggest::rules(view, &understood, samples)).unwrap_or_default();
    Ok(Understanding { samples: understood, view, rules })
}
