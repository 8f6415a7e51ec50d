//! The way to a feed's server: from what is configured and what is secret to what the client needs.

use streambell_sse::{Proxy, ProxyError, ProxyUrl, Tls, TlsError};

use crate::model::{Certificates, ProxySetting};

/// # Errors
/// When the setting is neither `direct` nor an address.
pub(crate) fn proxy(setting: &ProxySetting, password: Option<&str>) -> Result<Proxy, ProxyError> {
    Ok(match (Proxy::parse(&setting.0)?, password) {
        (Proxy::Through(proxy), Some(password)) => Proxy::Through(proxy.with_password(password)),
        (proxy, _) => proxy,
    })
}

/// A feed's own certificates beside what is known already. The client certificate is used when its key is there.
///
/// # Errors
/// When one of them cannot be used.
pub(crate) fn tls(certificates: &Certificates, key: Option<&str>, known: Tls) -> Result<Tls, TlsError> {
    let mut tls = known;
    if let Some(roots) = &certificates.roots {
        tls = tls.trust(roots.as_bytes())?;
    }
    if let Some((chain, key)) = certificates.client.as_deref().zip(key) {
        tls = tls.identify(chain.as_bytes(), key.as_bytes())?;
    }
    Ok(tls)
}

/// Takes the password out of a setting that has passed [`proxy`], for the key ring.
pub(crate) fn take_password(setting: &mut ProxySetting) -> Option<String> {
    let mut proxy = ProxyUrl::parse(&setting.0).ok()?;
    let password = proxy.take_password()?;
    setting.0 = proxy.url().as_str().trim_end_matches('/').to_owned();
    Some(password)
}

/// Whether a password belongs to it.
pub(crate) fn has_login(setting: &ProxySetting) -> bool {
    ProxyUrl::parse(&setting.0).is_ok_and(|proxy| proxy.has_user())
}
