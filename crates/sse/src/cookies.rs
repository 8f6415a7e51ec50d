//! A feed's cookies: a load balancer's mark of the server behind it, or a session. RFC 6265, for one connection alone.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use cookie_store::{Cookie, CookieStore, RawCookie};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use url::Url;

/// So many are kept (RFC 6265, 6.1 asks for at least this many a domain), the newest ones.
const MOST: usize = 50;
/// So many bytes of them are sent. Servers take about 8 KiB of headers in all, and refuse for good what is longer.
const LONGEST: usize = 4096;

/// The cookies of one connection, kept over its reconnects and gone with it.
#[derive(Default)]
pub(crate) struct Cookies(Mutex<Jar>);

/// Domain, path and name.
type Key = (String, String, String);

#[derive(Default)]
struct Jar {
    store: CookieStore,
    /// What the store knows them by, the oldest first.
    keys: VecDeque<Key>,
}

impl Cookies {
    /// Takes what an answer from `url` sets.
    pub(crate) fn take(&self, url: &Url, headers: &HeaderMap) {
        let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for value in headers.get_all(SET_COOKIE).iter().filter(|value| value.len() <= LONGEST) {
            let cookie = value.to_str().ok().and_then(|text| RawCookie::parse(text.to_owned()).ok());
            if let Some(cookie) = cookie.filter(|cookie| !is_for_everybody(cookie, url)) {
                jar.take(cookie, url);
            }
        }
    }

    /// What a request to `url` must send: the feed's own cookies, then these.
    pub(crate) fn header(&self, url: &Url, own: Option<&HeaderValue>) -> Option<HeaderValue> {
        let jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = own.map(|own| own.as_bytes().to_vec()).unwrap_or_default();
        for (name, value) in jar.store.get_request_values(url) {
            if all.len() + name.len() + value.len() + 3 <= LONGEST {
                let between = if all.is_empty() { "" } else { "; " };
                all.extend_from_slice(format!("{between}{name}={value}").as_bytes());
            }
        }
        let mut value = HeaderValue::from_bytes(&all).ok().filter(|value| !value.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl Jar {
    fn take(&mut self, cookie: RawCookie<'static>, url: &Url) {
        // One that is not for this server, or for https alone, is refused; that is its setter's affair.
        if self.store.insert_raw(&cookie, url).is_err() {
            return;
        }
        // The store keeps those that have expired, and one for each name that was ever set.
        let (expired, kept): (Vec<_>, Vec<_>) = self.store.iter_any().partition(|cookie| cookie.is_expired());
        let (expired, kept): (Vec<_>, Vec<_>) =
            (expired.into_iter().map(key).collect(), kept.into_iter().map(key).collect());
        for (domain, path, name) in &expired {
            self.store.remove(domain, path, name);
        }
        self.keys.retain(|key| kept.contains(key));
        let new: Vec<_> = kept.into_iter().filter(|key| !self.keys.contains(key)).collect();
        self.keys.extend(new);
        while self.keys.len() > MOST
            && let Some((domain, path, name)) = self.keys.pop_front()
        {
            self.store.remove(&domain, &path, &name);
        }
    }
}

fn key(cookie: &Cookie<'static>) -> Key {
    (String::from(&cookie.domain), String::from(&cookie.path), cookie.name().to_owned())
}

/// Whether a cookie wants to be sent to all servers under `com`, or its like.
fn is_for_everybody(cookie: &RawCookie<'_>, url: &Url) -> bool {
    let domain = cookie.domain().map(|domain| domain.trim_start_matches('.'));
    domain.is_some_and(|domain| !domain.contains('.') && url.host_str() != Some(domain))
}
