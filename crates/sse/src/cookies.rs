//! A feed's cookies: a load balancer's mark of the server behind it, or a session. RFC 6265, for one connection alone.

use std::sync::{Mutex, PoisonError};

use cookie_store::{CookieStore, RawCookie};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use url::Url;

/// So many are kept (RFC 6265, 6.1 asks for at least this many a domain).
const MOST: usize = 50;
/// Longer ones are not (the same section).
const LONGEST: usize = 4096;

/// The cookies of one connection, kept over its reconnects and gone with it.
#[derive(Default)]
pub(crate) struct Cookies(Mutex<CookieStore>);

impl Cookies {
    /// Takes what an answer from `url` sets.
    pub(crate) fn take(&self, url: &Url, headers: &HeaderMap) {
        let mut set = headers.get_all(SET_COOKIE).iter().peekable();
        if set.peek().is_none() {
            return;
        }
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for value in set.filter(|value| value.len() <= LONGEST) {
            let Some(cookie) = value.to_str().ok().and_then(|text| RawCookie::parse(text.to_owned()).ok()) else {
                continue;
            };
            if store.iter_any().count() < MOST {
                // One that is not for this server, or for https alone, is refused; that is its setter's affair.
                let _ = store.insert_raw(&cookie, url);
            }
        }
    }

    /// What a request to `url` must send: the feed's own cookies, then these.
    pub(crate) fn header(&self, url: &Url, own: Option<&HeaderValue>) -> Option<HeaderValue> {
        let store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = store.get_request_values(url).map(|(name, value)| format!("{name}={value}").into_bytes());
        let all: Vec<_> = own.map(|own| own.as_bytes().to_vec()).into_iter().chain(kept).collect();
        let mut value = HeaderValue::from_bytes(&all.join(&b"; "[..])).ok().filter(|value| !value.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
}
