//! Passwords, tokens and header values: in the operating system's key ring, and nowhere else.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    model::{Auth, Feed, FeedDraft},
    route, speak,
};

/// How long the key ring may take before it counts as locked: long enough for a person to type its password.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is secret about one feed.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FeedSecrets {
    /// Password of a basic login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<String>,
    /// Bearer token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    /// Password of the proxy's user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proxy_password: Option<String>,
    /// Private key of the client certificate, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_key: Option<String>,
    /// Header name → value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
}

impl FeedSecrets {
    /// Moves the secrets out of a draft, which is safe to store afterwards. What it leaves open is kept as `self` has it,
    /// as long as the draft still speaks of it.
    #[must_use]
    pub(crate) fn updated_by(&self, draft: &mut FeedDraft) -> Self {
        let mut new = Self::default();
        match &mut draft.auth {
            Some(Auth::Basic { password, .. }) => new.password = password.take().or_else(|| self.password.clone()),
            Some(Auth::Bearer { token } | Auth::Query { token, .. }) => {
                new.token = token.take().or_else(|| self.token.clone())
            }
            None => {}
        }
        if let Some(proxy) = draft.proxy.as_mut().filter(|proxy| route::has_login(proxy)) {
            new.proxy_password = route::take_password(proxy).or_else(|| self.proxy_password.clone());
        }
        if let Some(tls) = draft.tls.as_mut().filter(|tls| tls.client.is_some()) {
            new.client_key = tls.key.take().or_else(|| self.client_key.clone());
        }
        for (name, value) in &mut draft.headers.0 {
            if let Some(value) = value.take().or_else(|| self.headers.get(name).cloned()) {
                new.headers.insert(name.clone(), value);
            }
        }
        new
    }

    /// Whether everything is there that the feed needs.
    #[must_use]
    pub(crate) fn satisfies(&self, feed: &Feed) -> bool {
        let auth = match &feed.auth {
            None => true,
            Some(Auth::Basic { .. }) => self.password.is_some(),
            Some(Auth::Bearer { .. } | Auth::Query { .. }) => self.token.is_some(),
        };
        let proxy = !proxy_login(feed) || self.proxy_password.is_some();
        let certificate = !client_certificate(feed) || self.client_key.is_some();
        auth && proxy && certificate && feed.headers.0.keys().all(|name| self.headers.contains_key(name))
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a feed has anything that belongs into the key ring.
#[must_use]
pub(crate) fn needs_secrets(feed: &Feed) -> bool {
    feed.auth.is_some() || !feed.headers.0.is_empty() || proxy_login(feed) || client_certificate(feed)
}

fn proxy_login(feed: &Feed) -> bool {
    feed.proxy.as_ref().is_some_and(route::has_login)
}

fn client_certificate(feed: &Feed) -> bool {
    feed.tls.as_ref().is_some_and(|tls| tls.client.is_some())
}

/// Whether a draft has secrets in it.
#[must_use]
pub(crate) fn brings(draft: &FeedDraft) -> bool {
    draft.headers.0.values().any(Option::is_some)
        || matches!(
            &draft.auth,
            Some(
                Auth::Basic { password: Some(_), .. }
                    | Auth::Bearer { token: Some(_) }
                    | Auth::Query { token: Some(_), .. }
            )
        )
        || draft.proxy.clone().is_some_and(|mut proxy| route::take_password(&mut proxy).is_some())
        || draft.tls.as_ref().is_some_and(|tls| tls.key.is_some())
}

/// Whether a draft needs secrets, be they in it or in the key ring.
#[must_use]
pub(crate) fn asks(draft: &FeedDraft) -> bool {
    draft.auth.is_some()
        || !draft.headers.0.is_empty()
        || draft.proxy.as_ref().is_some_and(route::has_login)
        || draft.tls.as_ref().is_some_and(|tls| tls.client.is_some())
}

/// Why a secret could not be read or kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SecretsError {
    /// There is no key ring at all.
    #[error("{}", missing())]
    Missing,
    /// There is one, and it does not open.
    #[error("{}", locked())]
    Locked,
    /// There is one, and it failed: how.
    #[error("{}", failed(.0))]
    Failed(String),
}

fn missing() -> &'static str {
    speak!(
        "No key ring answers, so passwords and tokens are kept until Streambell ends and no longer. Install and start one (GNOME Keyring or KWallet), then restart Streambell.",
        "没有密钥环应答，因此密码和令牌只保留到 Streambell 退出为止。请安装并启动一个（GNOME Keyring 或 KWallet），然后重新启动 Streambell。",
    )
}

fn locked() -> &'static str {
    speak!(
        "The key ring is locked. Unlock it (log in to your desktop's password store), then choose 'Retry now'.",
        "密钥环已锁定。请将其解锁（登录桌面的密码库），然后选择“立即重试”。",
    )
}

fn failed(how: &str) -> String {
    speak!(
        format!("The key ring failed: {how}. Passwords and tokens are kept until Streambell ends and no longer."),
        format!("密钥环出错（{how}）。密码和令牌只保留到 Streambell 退出为止。"),
    )
}

impl SecretsError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "key_ring_missing",
            Self::Locked => "key_ring_locked",
            Self::Failed(_) => "key_ring_failed",
        }
    }
}

/// Codes of notices that are over once the key ring has taken everything.
pub(crate) const TROUBLE: [&str; 3] = ["key_ring_missing", "key_ring_locked", "key_ring_failed"];

/// A place for secrets. Calls may block for as long as a person takes to unlock it.
pub trait Secrets: Send + Sync + 'static {
    /// What is kept under this account; nothing kept is no error.
    ///
    /// # Errors
    /// When the place is missing, locked or failing.
    fn load(&self, account: &str) -> Result<Option<String>, SecretsError>;
    /// Keeps a text under this account; `None` removes it.
    ///
    /// # Errors
    /// When the place is missing, locked or failing.
    fn store(&self, account: &str, secret: Option<&str>) -> Result<(), SecretsError>;
}

/// The operating system's key ring.
#[must_use]
pub fn key_ring() -> Arc<dyn Secrets> {
    Arc::new(KeyRing)
}

struct KeyRing;

const SERVICE: &str = "streambell";

impl KeyRing {
    fn entry(account: &str) -> Result<keyring::Entry, SecretsError> {
        keyring::Entry::new(SERVICE, account).map_err(|error| tell(&error))
    }
}

fn tell(error: &keyring::Error) -> SecretsError {
    match error {
        keyring::Error::NoDefaultStore => SecretsError::Missing,
        keyring::Error::NoStorageAccess(_) => SecretsError::Locked,
        other => SecretsError::Failed(other.to_string()),
    }
}

impl Secrets for KeyRing {
    fn load(&self, account: &str) -> Result<Option<String>, SecretsError> {
        match Self::entry(account)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(tell(&error)),
        }
    }

    fn store(&self, account: &str, secret: Option<&str>) -> Result<(), SecretsError> {
        let entry = Self::entry(account)?;
        let result = match secret {
            Some(secret) => entry.set_password(secret),
            None => entry.delete_credential(),
        };
        match result {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(tell(&error)),
        }
    }
}

/// The secrets of all feeds: what was loaded or given in this run, in front of the key ring.
///
/// What the key ring refuses is kept here for this run, so that the feed works; the caller tells the user.
#[derive(Clone)]
pub(crate) struct Vault {
    backend: Arc<dyn Secrets>,
    installation: Arc<str>,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

struct Known {
    secrets: FeedSecrets,
    /// Whether the key ring has them too.
    saved: bool,
}

impl Vault {
    /// `installation` keeps the accounts of several data folders apart.
    pub(crate) fn new(backend: Arc<dyn Secrets>, installation: &str) -> Self {
        Self { backend, installation: installation.into(), known: Arc::default() }
    }

    /// The secrets of a feed; nothing kept is the empty set.
    pub(crate) async fn load(&self, feed: &str) -> Result<FeedSecrets, SecretsError> {
        if let Some(known) = self.known().get(feed) {
            return Ok(known.secrets.clone());
        }
        let text = self.ask(feed, |backend, account| backend.load(account)).await?;
        let secrets = match text {
            Some(text) => serde_json::from_str(&text).map_err(|_| {
                SecretsError::Failed(
                    speak!("what it holds for this feed is not readable", "其中为该订阅源保存的内容无法读取").into(),
                )
            })?,
            None => FeedSecrets::default(),
        };
        self.known().insert(feed.to_owned(), Known { secrets: secrets.clone(), saved: true });
        Ok(secrets)
    }

    /// Keeps the secrets of a feed for this run.
    pub(crate) fn hold(&self, feed: &str, secrets: FeedSecrets) {
        self.known().insert(feed.to_owned(), Known { secrets, saved: false });
    }

    /// Whether the key ring lacks what is held for a feed; for `None` of any feed.
    pub(crate) fn is_unsaved(&self, feed: Option<&str>) -> bool {
        self.known().iter().any(|(id, known)| !known.saved && feed.is_none_or(|feed| feed == id))
    }

    /// Keeps in the key ring what is held for this run.
    pub(crate) async fn persist(&self, feed: &str) -> Result<(), SecretsError> {
        let held = self.known().get(feed).map(|known| known.secrets.clone()).unwrap_or_default();
        let text = if held.is_empty() { None } else { serde_json::to_string(&held).ok() };
        self.ask(feed, move |backend, account| backend.store(account, text.as_deref())).await?;
        if let Some(known) = self.known().get_mut(feed) {
            known.saved = known.secrets == held;
        }
        Ok(())
    }

    /// Forgets a feed that is removed.
    pub(crate) async fn remove(&self, feed: &str) -> Result<(), SecretsError> {
        self.known().remove(feed);
        self.ask(feed, |backend, account| backend.store(account, None)).await
    }

    /// Writes a secret into the key ring, reads it and removes it.
    pub(crate) async fn try_out(&self) -> Result<(), SecretsError> {
        self.ask("@self-test", |backend, account| {
            const SECRET: &str = "a test of Streambell";
            backend.store(account, Some(SECRET))?;
            let found = backend.load(account)?;
            backend.store(account, None)?;
            match found.as_deref() {
                Some(SECRET) => Ok(()),
                _ => Err(SecretsError::Failed(
                    speak!("it did not give back what was put in", "存入的内容没有原样取回").into(),
                )),
            }
        })
        .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        feed: &str,
        question: impl FnOnce(&dyn Secrets, &str) -> Result<T, SecretsError> + Send + 'static,
    ) -> Result<T, SecretsError> {
        let backend = self.backend.clone();
        let account = format!("{}/{feed}", self.installation);
        let answer = tokio::task::spawn_blocking(move || question(backend.as_ref(), &account));
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(SecretsError::Failed(speak!("it stopped unexpectedly", "它意外停止").into())),
            Err(_) => Err(SecretsError::Locked),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
