//! The state machine that keeps one stream open.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecow::EcoString;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::answer::Failure;
use crate::backoff::Backoff;
use crate::client::{Body, Client, Exchange};
use crate::config::{Config, Idle, Post, Resume};
use crate::cookies::Cookies;
use crate::decoder::Event;
use crate::error::Cause;
use crate::opened::Opened;
use crate::pulse::Pulse;
use crate::recording::Heard;
use crate::rhythm::{DEFAULT_IDLE, Rhythm};
use crate::stream::{OpenStream, limit, within};
use crate::surroundings::{News, Surroundings};

/// A connection that was open this long has proved healthy: failures before it no longer count.
pub const HEALTHY_AFTER: Duration = Duration::from_secs(10);

/// Where a hub of Mercure goes on that does not know an id: with all that it has, or, where it keeps nothing, with none.
/// It is not asked for again, which would bring everything again.
const EARLIEST: &str = "earliest";

/// A connection that slept for longer than this with its computer is dead: servers and the boxes on the way do not
/// keep one for so long that does not answer.
pub const STALE_AFTER: Duration = Duration::from_secs(30);

/// How long a server may take to answer what it is [told](Post).
const LONGEST_POST: Duration = Duration::from_secs(20);

/// What a connection has to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// Its status changed.
    Status(Status),
    /// Events came: all of one chunk, at least one.
    Events(Vec<Event>),
    /// The stream that is open does not go on after the last event: the server said that it does not know its id any
    /// more. There may be a gap.
    Lost,
}

/// How a connection is.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// The request is on its way, and nothing came back yet. Some servers answer only with their first event.
    Connecting,
    /// The stream is open.
    Open,
    /// It is not, and is tried again by itself.
    Waiting {
        /// After this time.
        delay: Duration,
        /// How many attempts failed in a row; 0 after a routine end.
        attempt: u32,
        /// Why it is not open.
        cause: Cause,
    },
    /// It is not, and trying again would not help.
    Stopped(Cause),
}

/// Keeps one stream open, over as many HTTP exchanges as that takes.
///
/// It does something only while [`next`](Self::next) is awaited, so whoever is slow to ask slows the server down
/// instead of filling memory.
pub struct Connection {
    client: Client,
    config: Arc<Config>,
    chance: Box<dyn FnMut() -> f64 + Send>,
    state: State,
    backoff: Backoff,
    rhythm: Rhythm,
    pulse: Pulse,
    cookies: Arc<Cookies>,
    surroundings: Surroundings,
    /// As of the last stream that is over; an open one knows its own.
    last_event_id: EcoString,
    /// Where the consumer says that it stands, which is then what counts.
    resume_after: Option<EcoString>,
    /// The server does not know the place from which it was to go on, which is told once the stream is open.
    lost: bool,
    /// What the server is being told, before anything else is heard of it.
    answering: Option<BoxFuture<'static, Result<(), Cause>>>,
    retry: Arc<Notify>,
    tap: Option<Tap>,
}

/// Hears all that comes, as it comes.
pub(crate) type Tap = Box<dyn FnMut(Heard) + Send>;

/// Everything that must survive a cancelled `next` is in here, and nothing of it in the future of `next`.
enum State {
    Start,
    Requesting(Attempt),
    Open(Box<OpenStream>),
    Waiting {
        until: Instant,
        /// The server asked for this wait, and no news of ours makes it shorter.
        asked: bool,
    },
    Stopped,
}

/// What a state came to.
enum Step {
    Due,
    Answer(Result<(Opened, Body), Failure>),
    Events(Vec<Event>),
    Answered(Result<(), Cause>),
    Over(Cause),
    Disturbed(News),
}

impl Connection {
    /// A connection that is opened by the first call of [`next`](Self::next).
    pub fn new(client: Client, config: Config) -> Self {
        Self::with_chance(client, config, rand::random::<f64>)
    }

    /// The same with another source of chance, which gives numbers from 0 up to, not including, 1.
    pub fn with_chance(client: Client, config: Config, chance: impl FnMut() -> f64 + Send + 'static) -> Self {
        Self {
            surroundings: client.surroundings(&config.url),
            client,
            last_event_id: config.last_event_id.clone(),
            resume_after: None,
            lost: false,
            answering: None,
            config: Arc::new(config),
            chance: Box::new(chance),
            state: State::Start,
            backoff: Backoff::default(),
            rhythm: Rhythm::default(),
            pulse: Pulse::new(),
            cookies: Arc::default(),
            retry: Arc::default(),
            tap: None,
        }
    }

    /// Has `tap` hear from now on what comes, at the moment that it comes: that the stream is open, its bytes, uncut and
    /// before they are decoded, and why it ended. Reading waits for it, so it must not take long.
    pub fn tap(&mut self, tap: impl FnMut(Heard) + Send + 'static) {
        self.tap = Some(Box::new(tap));
    }

    /// The next thing that happens. `None` once it has said that it stopped.
    ///
    /// Cancel-safe: dropping the future loses nothing, and the next call goes on where it was.
    pub async fn next(&mut self) -> Option<Signal> {
        if matches!(self.state, State::Open(_)) && std::mem::take(&mut self.lost) {
            return Some(Signal::Lost);
        }
        loop {
            let step = tokio::select! {
                biased;
                news = self.surroundings.news() => Step::Disturbed(news),
                Some(answered) = answered(&mut self.answering) => Step::Answered(answered),
                step = self.state.step(&self.config, &mut self.rhythm, &self.pulse, &self.retry, &mut self.tap) => step?,
            };
            let status = match step {
                Step::Events(events) => {
                    self.answer(&events);
                    return Some(Signal::Events(events));
                }
                Step::Answered(Ok(())) => None,
                Step::Answered(Err(cause)) => Some(self.over(cause)),
                Step::Due => Some(self.request()),
                Step::Answer(Ok((opened, body))) => Some(self.open(opened, body)),
                Step::Answer(Err(failure)) => Some(self.failed(failure)),
                Step::Over(cause) => Some(self.over(cause)),
                Step::Disturbed(news) => self.disturbed(&news),
            };
            if let Some(status) = status {
                tracing::debug!(url = crate::redact_url(&self.config.url), ?status);
                return Some(Signal::Status(status));
            }
        }
    }

    fn request(&mut self) -> Status {
        let exchange = Exchange {
            config: self.config.clone(),
            last_event_id: self.last_event_id().clone(),
            cookies: self.cookies.clone(),
        };
        let answer = self.client.clone().open(exchange);
        self.state = State::Requesting(Attempt { answer: Box::pin(answer), since: Instant::now() });
        Status::Connecting
    }

    fn open(&mut self, opened: Opened, body: Body) -> Status {
        self.rhythm.restart();
        if let Some(tap) = &mut self.tap {
            tap(Heard::Open(opened.answered()));
        }
        if let Some(place) = opened.goes_on_after()
            && !self.last_event_id().is_empty()
            && self.last_event_id() != place
        {
            self.last_event_id = if place == EARLIEST { EcoString::new() } else { place.into() };
            self.resume_after = None;
            self.lost = true;
        }
        let id = self.last_event_id.clone();
        self.state = State::Open(Box::new(OpenStream::new(opened, body, &self.config, id)));
        Status::Open
    }

    fn failed(&mut self, failure: Failure) -> Status {
        // A server that kept us waiting this long for its first byte was there all the time.
        if let State::Requesting(attempt) = &self.state
            && matches!(failure.cause, Cause::Idle { .. })
            && attempt.since.elapsed() >= HEALTHY_AFTER
        {
            self.backoff.recovered();
        }
        // A place that the server knows no more is refused with the whole request. What is new can still be had.
        if matches!(failure.cause, Cause::HttpStatus { status: 400 })
            && self.config.resume != Resume::Never
            && !self.last_event_id().is_empty()
        {
            self.last_event_id.clear();
            self.resume_after = None;
            self.lost = true;
            return self.waiting(failure);
        }
        self.closed(failure)
    }

    /// Keeps what a stream leaves behind.
    fn over(&mut self, cause: Cause) -> Status {
        if let State::Open(stream) = &self.state {
            if let Some(tap) = &mut self.tap {
                tap(Heard::End(cause.to_string()));
            }
            if stream.since.elapsed() >= HEALTHY_AFTER {
                self.backoff.recovered();
            }
            if let Some(asked) = stream.decoder.retry() {
                self.backoff.set_base(asked);
            }
            self.last_event_id = stream.decoder.last_event_id().clone();
            if matches!(cause, Cause::Idle { .. }) {
                self.rhythm.missed();
            }
        }
        self.closed(cause.into())
    }

    /// Goes on at once where a wait, or a connection that can only be dead, has lost its reason.
    fn disturbed(&mut self, news: &News) -> Option<Status> {
        let cause = if news.network_lost { Cause::NetworkChanged } else { Cause::Slept };
        match &mut self.state {
            State::Waiting { until, asked: true } => {
                *until = until.checked_sub(news.asleep).unwrap_or(*until);
                None
            }
            State::Waiting { until, .. } if news.network_found || !news.asleep.is_zero() => {
                let delay = self.backoff.after_disturbance((self.chance)());
                *until = (*until).min(Instant::now() + delay);
                None
            }
            State::Requesting(_) | State::Open(_) if news.network_lost || news.asleep >= STALE_AFTER => {
                Some(self.over(cause))
            }
            _ => None,
        }
    }

    /// The id that the next request will send: that of the last finished block that had one, if the consumer
    /// does not [know better](Self::resume_after).
    pub fn last_event_id(&self) -> &EcoString {
        match (&self.resume_after, &self.state) {
            (Some(id), _) => id,
            (None, State::Open(stream)) => stream.decoder.last_event_id(),
            (None, _) => &self.last_event_id,
        }
    }

    /// From now on the next request goes on after this: for servers whose ids are in their data.
    pub fn resume_after(&mut self, id: EcoString) {
        self.resume_after = Some(id);
    }

    /// Gives up the stream that is open, because of what its events say, and tells the status that follows. The next
    /// call of [`next`](Self::next) goes on from there.
    pub fn refuse(&mut self, cause: Cause) -> Status {
        self.over(cause)
    }

    /// Says what these events ask for, one after the other, with all that the feed's own request has.
    fn answer(&mut self, events: &[Event]) {
        let Some(answers) = &self.config.answers else { return };
        let posts: Vec<Post> = events.iter().filter_map(|event| answers(event)).collect();
        let Some(server) = self.opened().map(|opened| opened.url().clone()).filter(|_| !posts.is_empty()) else {
            return;
        };
        let (client, config, cookies) = (self.client.clone(), self.config.clone(), self.cookies.clone());
        self.answering = Some(Box::pin(async move {
            for Post { place, json } in posts {
                let url = server.join(&place).ok().filter(|url| url.origin() == server.origin());
                let exchange =
                    Exchange { config: config.clone(), last_event_id: EcoString::new(), cookies: cookies.clone() };
                let told = client.clone().post(exchange, url.ok_or(Cause::BadRequest)?, json);
                match timeout_at(Instant::now() + LONGEST_POST, told).await {
                    Ok(told) => told.map_err(|failure| failure.cause)?,
                    Err(_) => return Err(Cause::Idle { after: LONGEST_POST }),
                }
            }
            Ok(())
        }));
    }

    /// What is known of the way of the stream that is open.
    pub fn opened(&self) -> Option<&Opened> {
        match &self.state {
            State::Open(stream) => Some(&stream.opened),
            _ => None,
        }
    }

    /// When its last byte came, for others to look at.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// How long the feed may be silent, as its configuration or its own rhythm tells. `None`: for ever.
    pub fn idle_limit(&self) -> Option<Duration> {
        limit(self.config.idle, || self.rhythm.idle_limit())
    }

    /// A handle that ends a wait from elsewhere.
    pub fn retry_handle(&self) -> RetryHandle {
        RetryHandle(self.retry.clone())
    }

    fn closed(&mut self, failure: Failure) -> Status {
        // What was asked in a stream that is over is asked again in the next.
        self.answering = None;
        if failure.cause.is_final() {
            self.state = State::Stopped;
            return Status::Stopped(failure.cause);
        }
        self.waiting(failure)
    }

    fn waiting(&mut self, Failure { cause, retry_after }: Failure) -> Status {
        let chance = (self.chance)();
        let delay = match (&cause, retry_after) {
            (Cause::Slept | Cause::NetworkChanged, _) => self.backoff.after_disturbance(chance),
            _ if cause.is_routine() => self.backoff.after_end(chance),
            (_, Some(asked)) => self.backoff.after_refusal(asked, chance),
            (_, None) => self.backoff.after_failure(chance),
        };
        // A retry asked for while nothing was waiting is not for this wait.
        self.retry.notified().now_or_never();
        self.state = State::Waiting { until: Instant::now() + delay, asked: retry_after.is_some() };
        let attempt = if cause.is_routine() { 0 } else { self.backoff.failures() };
        Status::Waiting { delay, attempt, cause }
    }
}

impl State {
    /// Waits for what comes next. `None` if nothing ever does. Cancel-safe.
    async fn step(
        &mut self,
        config: &Config,
        rhythm: &mut Rhythm,
        pulse: &Pulse,
        retry: &Notify,
        tap: &mut Option<Tap>,
    ) -> Option<Step> {
        Some(match self {
            Self::Start => Step::Due,
            Self::Waiting { until, .. } => {
                tokio::select! {
                    () = sleep_until(*until) => {}
                    () = retry.notified() => {}
                }
                Step::Due
            }
            Self::Requesting(attempt) => Step::Answer(attempt.body(config.idle).await),
            Self::Open(stream) => match stream.events(config.idle, rhythm, pulse, tap).await {
                Ok(events) => Step::Events(events),
                Err(cause) => Step::Over(cause),
            },
            Self::Stopped => return None,
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What came of what the server was told, once; `None` if it is told nothing. Cancel-safe.
async fn answered(answering: &mut Option<BoxFuture<'static, Result<(), Cause>>>) -> Option<Result<(), Cause>> {
    let answered = answering.as_mut()?.await;
    *answering = None;
    Some(answered)
}

/// A request whose answer has not come.
struct Attempt {
    answer: BoxFuture<'static, Result<(Opened, Body), Failure>>,
    since: Instant,
}

impl Attempt {
    async fn body(&mut self, idle: Idle) -> Result<(Opened, Body), Failure> {
        // No rhythm is known of a server that sends nothing before its first event.
        let deadline = limit(idle, || DEFAULT_IDLE).map(|after| (self.since + after, after));
        within(deadline, &mut self.answer).await?
    }
}

/// Ends the wait of a [`Connection`] from elsewhere: for a button, a network that is back, a wake-up from suspend.
#[derive(Debug, Clone)]
pub struct RetryHandle(Arc<Notify>);

impl RetryHandle {
    /// A connection that is waiting tries at once. One that is not goes on as it was.
    pub fn retry_now(&self) {
        self.0.notify_one();
    }
}
