//! The way that feeds take which name none of their own.

use streambell_sse::{Proxy, Tls};

use crate::{
    EngineError,
    model::{Feed, FeedId, Network, Reason},
    route,
    secrets::{FeedSecrets, SecretsError, Vault},
    speak, told,
};

/// The account of the proxy's password; no feed has such an id.
const ACCOUNT: &str = "@network";

/// The account, as those of feeds are named.
pub(crate) fn account() -> FeedId {
    FeedId(ACCOUNT.to_owned())
}

/// Checks what the user wrote, and takes the password out of it.
///
/// # Errors
/// Names the field that is wrong and what would be right.
pub(crate) fn tidy(network: &mut Network) -> Result<Option<String>, EngineError> {
    network.proxy.take_if(|proxy| proxy.0.trim().is_empty());
    network.roots.take_if(|roots| roots.trim().is_empty());
    if let Some(proxy) = &network.proxy {
        route::proxy(proxy, None).map_err(|error| EngineError::invalid("proxy", told::proxy(&error)))?;
    }
    if let Some(roots) = &network.roots {
        Tls::from_pem(Some(roots), None).map_err(|error| EngineError::invalid("roots", told::tls(&error)))?;
    }
    Ok(network.proxy.as_mut().and_then(route::take_password))
}

/// The password of the proxy of all feeds, as it is kept.
pub(crate) fn secrets(password: Option<String>) -> FeedSecrets {
    FeedSecrets { proxy_password: password, ..FeedSecrets::default() }
}

/// Why there is no way to a feed's server; the key ring's own trouble too, if it is that.
pub(crate) type NoWay = (Reason, Option<SecretsError>);

/// A feed's own proxy, else that of all.
pub(crate) async fn proxy(feed: &Feed, own: &FeedSecrets, network: &Network, vault: &Vault) -> Result<Proxy, NoWay> {
    let (setting, password) = match (&feed.proxy, &network.proxy) {
        (Some(setting), _) => (setting, own.proxy_password.clone()),
        (None, Some(setting)) if route::has_login(setting) => {
            let kept = vault.load(ACCOUNT).await.map_err(|error| (reason(error.code(), &error), Some(error)))?;
            (setting, Some(kept.proxy_password.ok_or_else(|| (missing(), None))?))
        }
        (None, Some(setting)) => (setting, None),
        (None, None) => return Ok(Proxy::System),
    };
    route::proxy(setting, password.as_deref()).map_err(|error| (reason("proxy_invalid", &told::proxy(&error)), None))
}

/// The roots of all feeds, and a feed's own certificates.
pub(crate) fn tls(feed: &Feed, own: &FeedSecrets, network: &Network) -> Result<Tls, NoWay> {
    let known = Tls::from_pem(network.roots.as_deref(), None);
    let tls = known.and_then(|known| match &feed.tls {
        Some(certificates) => route::tls(certificates, own.client_key.as_deref(), known),
        None => Ok(known),
    });
    tls.map_err(|error| (reason(error.code(), &told::tls(&error)), None))
}

fn reason(code: &str, message: &impl ToString) -> Reason {
    Reason { code: code.to_owned(), message: message.to_string() }
}

fn missing() -> Reason {
    let message = speak!(
        "The password of the proxy is not in the key ring. Enter it again in Settings, Network.",
        "密钥环中没有该代理的密码。请在“设置”的“网络”中重新输入。"
    );
    reason("secret_missing", &message)
}
