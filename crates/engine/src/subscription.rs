//! A feed being kept open: one task that pulls events from its connection and understands them.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use ecow::EcoString;
use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};
use streambell_sse as sse;
use tokio::{
    sync::{Notify, mpsc},
    task::AbortHandle,
};
use url::Url;

use crate::{
    cause,
    clock::now,
    contain::contained_task,
    conversation::{Conversation, Signal, Understood},
    dialect,
    model::{Auth, Feed, Millis, Network, Reason, Resume, Status},
    network::{self, NoWay},
    secrets::{FeedSecrets, SecretsError, Vault, needs_secrets},
    speak,
    store::FeedNo,
};

/// What a subscription reports.
pub(crate) struct Report {
    pub(crate) feed: FeedNo,
    /// Which subscription of the feed: a report of one that was ended meanwhile is out of date.
    pub(crate) generation: u64,
    pub(crate) news: News,
}

/// The content of a report.
pub(crate) enum News {
    Status(Status),
    /// The key ring refused; the status tells too.
    Secrets(SecretsError),
    Events {
        events: Understood,
        last_event_id: EcoString,
    },
    /// It met a panic, and has ended.
    Broken,
    /// The server has not kept what was missed.
    Lost,
}

/// What a subscription needs.
pub(crate) struct Order {
    pub(crate) no: FeedNo,
    pub(crate) generation: u64,
    pub(crate) feed: Feed,
    pub(crate) network: Network,
    pub(crate) last_event_id: EcoString,
    pub(crate) client: sse::Client,
    pub(crate) vault: Vault,
    pub(crate) reports: mpsc::Sender<Report>,
}

/// A running subscription; it ends when this is dropped.
pub(crate) struct Subscription {
    pub(crate) generation: u64,
    task: AbortHandle,
    retry: Arc<Notify>,
    pulse: Arc<OnceLock<sse::Pulse>>,
}

impl Subscription {
    /// Begins to keep a feed open.
    pub(crate) fn start(order: Order) -> Self {
        let retry = Arc::new(Notify::new());
        let generation = order.generation;
        let pulse = Arc::default();
        let (no, reports) = (order.no, order.reports.clone());
        let keep_open = contained_task(keep_open(order, retry.clone(), Arc::clone(&pulse)));
        let task = tokio::spawn(async move {
            if keep_open.await.is_none() {
                let _ = reports.send(Report { feed: no, generation, news: News::Broken }).await;
            }
        });
        let task = task.abort_handle();
        Self { generation, task, retry, pulse }
    }

    /// When the last byte came, be it only a keep-alive's.
    pub(crate) fn last_byte_at(&self) -> Option<Millis> {
        let ago = self.pulse.get()?.last_byte()?.elapsed();
        Some(now() - i64::try_from(ago.as_millis()).ok()?)
    }

    /// Tries at once, if it waits. `false`: it has ended and must be started anew.
    pub(crate) fn retry_now(&self) -> bool {
        self.retry.notify_one();
        !self.task.is_finished()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_open(order: Order, retry: Arc<Notify>, pulse: Arc<OnceLock<sse::Pulse>>) {
    let Order { no, generation, feed, network, last_event_id, client, vault, reports } = order;
    let report = |news| reports.send(Report { feed: no, generation, news });
    let _ = report(News::Status(Status::Connecting { since: now() })).await;
    let config = match configure(&feed, &network, last_event_id, &vault).await {
        Ok(config) => config,
        Err((reason, trouble)) => {
            if let Some(trouble) = trouble {
                let _ = report(News::Secrets(trouble)).await;
            }
            let _ = report(News::Status(Status::Stopped { reason })).await;
            return;
        }
    };
    let Ok(mut conversation) = Conversation::new(client, config, &feed.map, &feed.dialect) else { return };
    let _ = pulse.set(conversation.connection().pulse());
    let handle = conversation.connection().retry_handle();
    loop {
        let signal = tokio::select! {
            signal = conversation.next() => signal,
            () = retry.notified() => {
                handle.retry_now();
                continue;
            }
        };
        let news = match signal {
            None => return,
            Some(Signal::Status(status)) => News::Status(status_of(status)),
            Some(Signal::Events(events)) => News::Events { events, last_event_id: conversation.last_event_id() },
            Some(Signal::Lost) => News::Lost,
            Some(Signal::Broken(events, last_event_id)) => {
                let _ = report(News::Events { events, last_event_id }).await;
                let _ = report(News::Broken).await;
                return;
            }
        };
        // Waiting here is the back-pressure: a slow disk slows the socket.
        if report(news).await.is_err() {
            return;
        }
    }
}

fn status_of(status: sse::Status) -> Status {
    match status {
        sse::Status::Connecting => Status::Connecting { since: now() },
        sse::Status::Open => Status::Open { since: now() },
        sse::Status::Waiting { delay, attempt, cause } => Status::Waiting {
            until: now() + i64::try_from(delay.as_millis()).unwrap_or(i64::MAX / 2),
            attempt,
            reason: cause::reason(&cause),
        },
        sse::Status::Stopped(cause) => Status::Stopped { reason: cause::reason(&cause) },
    }
}

/// The same with the feed's secrets, from the vault.
pub(crate) async fn configure(
    feed: &Feed,
    network: &Network,
    last_event_id: EcoString,
    vault: &Vault,
) -> Result<sse::Config, NoWay> {
    let mut secrets = FeedSecrets::default();
    if needs_secrets(feed) {
        secrets = vault
            .load(&feed.id.0)
            .await
            .map_err(|error| (Reason { code: error.code().to_owned(), message: error.to_string() }, Some(error)))?;
    }
    config(feed, network, last_event_id, &secrets, vault).await
}

/// What the client needs to open a feed.
pub(crate) async fn config(
    feed: &Feed,
    network: &Network,
    last_event_id: EcoString,
    secrets: &FeedSecrets,
    vault: &Vault,
) -> Result<sse::Config, NoWay> {
    let url = sse::parse_url(&feed.url)
        .map_err(|error| (Reason { code: error.code().to_owned(), message: error.to_string() }, None))?;
    let url = with_token(url, feed, secrets);
    let mut config = sse::Config::new(url);
    config.last_event_id = last_event_id;
    config.answers = dialect::answers(&feed.dialect)
        .map_err(|error| (Reason { code: error.code().to_owned(), message: error.to_string() }, None))?;
    config.resume = match &feed.dialect.resume {
        Resume::LastEventId => sse::Resume::Header,
        Resume::Query(parameter) => sse::Resume::Query(parameter.clone()),
        Resume::None => sse::Resume::Never,
    };
    config.max_event_bytes = usize::try_from(feed.limits.max_event_bytes).unwrap_or(usize::MAX);
    config.idle = match feed.limits.idle_seconds {
        None => sse::Idle::Learned,
        Some(0) => sse::Idle::Never,
        Some(seconds) => sse::Idle::After(Duration::from_secs(seconds.into())),
    };
    if !secrets.satisfies(feed) {
        return Err((missing(), None));
    }
    config.headers = headers(feed, secrets).ok_or_else(|| (missing(), None))?;
    config.proxy = network::proxy(feed, secrets, network, vault).await?;
    config.tls = network::tls(feed, secrets, network)?;
    Ok(config)
}

/// The address, with the token of a login that is a parameter of it.
fn with_token(mut url: Url, feed: &Feed, secrets: &FeedSecrets) -> Url {
    if let (Some(Auth::Query { parameter, .. }), Some(token)) = (&feed.auth, &secrets.token) {
        url.query_pairs_mut().append_pair(parameter, token);
    }
    url
}

fn missing() -> Reason {
    Reason {
        code: "secret_missing".into(),
        message: speak!(
            "This feed's login or headers are not in the key ring. Edit the feed and enter them again.",
            "密钥环中没有该订阅的登录信息或请求头。请编辑该订阅并重新输入。",
        )
        .into(),
    }
}

fn headers(feed: &Feed, secrets: &FeedSecrets) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &secrets.headers {
        if feed.headers.0.contains_key(name) {
            headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, sensitive(value)?);
        }
    }
    let authorization = match &feed.auth {
        Some(Auth::Basic { user, .. }) => Some(basic(user, secrets.password.as_deref()?)),
        Some(Auth::Bearer { .. }) => Some(format!("Bearer {}", secrets.token.as_deref()?)),
        Some(Auth::Query { .. }) | None => None,
    };
    if let Some(authorization) = authorization {
        headers.insert(AUTHORIZATION, sensitive(&authorization)?);
    }
    Some(headers)
}

/// RFC 7617, in UTF-8.
fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}
