//! The token that comes with a request, in any of the ways that clients know.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use crate::tokens::PREFIX;

/// The parameters in which clients that cannot set headers send one; those of ntfy.
const PARAMETERS: [&str; 2] = ["auth", "authorization"];

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a request shows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Nothing,
    Token(String),
    /// A token as a password. Browsers remember it and send it with whatever a page makes them ask for.
    Password(String),
    /// Something that cannot be a token.
    Nonsense,
}

/// Takes the token out of the request: nothing behind this can write it into a log.
///
/// `Authorization: Bearer TOKEN`; `Basic` with the token as the password of any user, or as the user; `?auth=` with
/// the value of such a header in base64, or with the token itself. The parameter is what somebody set on purpose,
/// where a browser adds the header by itself: it goes first.
pub(crate) fn take(request: &mut Request) -> Shown {
    let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).iter().cloned().collect();
    request.headers_mut().remove(AUTHORIZATION);
    let parameters = take_parameters(request.uri_mut());
    let shown = match (&parameters[..], &headers[..]) {
        ([], []) => return Shown::Nothing,
        ([parameter], _) => of_parameter(parameter).map(Shown::Token),
        ([], [header]) => header.to_str().ok().and_then(of_header),
        _ => None,
    };
    shown.unwrap_or(Shown::Nonsense)
}

fn of_header(value: &str) -> Option<Shown> {
    let (scheme, value) = value.trim().split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Shown::Token(value.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let login = String::from_utf8(BASE64.decode(value).ok()?).ok()?;
    let (user, password) = login.split_once(':')?;
    Some(Shown::Password(if password.is_empty() { user } else { password }.to_owned()))
}

fn of_parameter(value: &str) -> Option<String> {
    let value = percent_decode_str(value).decode_utf8().ok()?;
    if value.starts_with(PREFIX) {
        return Some(value.into_owned());
    }
    let usual = value.replace('-', "+").replace('_', "/");
    match of_header(std::str::from_utf8(&BASE64.decode(usual).ok()?).ok()?)? {
        Shown::Token(token) | Shown::Password(token) => Some(token),
        _ => None,
    }
}

/// Takes our parameters out of the query, and leaves the others as they are.
fn take_parameters(uri: &mut Uri) -> Vec<String> {
    let name_and_value = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (PARAMETERS.contains(&name)).then(|| value.to_owned())
    };
    let Some(query) = uri.query() else { return Vec::new() };
    let taken: Vec<String> = query.split('&').filter_map(name_and_value).collect();
    if taken.is_empty() {
        return taken;
    }
    let rest: Vec<&str> = query.split('&').filter(|pair| name_and_value(pair).is_none()).collect();
    let question_mark = if rest.is_empty() { "" } else { "?" };
    let rest = format!("{}{question_mark}{}", uri.path(), rest.join("&"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = rest.parse().ok();
    // A part of an address that was one is one.
    *uri = Uri::from_parts(parts).unwrap_or_default();
    taken
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn shown(uri: &str, headers: &[&str]) -> (Shown, String) {
        let mut request = Request::get(uri);
        for value in headers {
            request = request.header(AUTHORIZATION, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let shown = take(&mut request);
        assert!(request.headers().is_empty());
        (shown, request.uri().to_string())
    }

    fn base64(text: &str) -> String {
        BASE64.encode(text)
    }

    #[test]
    fn every_way_to_send_a_token() {
        let token = Shown::Token("sb_1".to_owned());
        let headers = [
            "Bearer sb_1".to_owned(),
            "bearer  sb_1 ".to_owned(),
            format!("Basic {}", base64("ann:sb_1")),
            format!("BASIC {}", base64(":sb_1").trim_end_matches('=')),
            format!("Basic {}", base64("sb_1:")),
        ];
        for header in &headers {
            let is_password = header.to_lowercase().starts_with("basic");
            let taken = if is_password { Shown::Password("sb_1".into()) } else { Shown::Token("sb_1".into()) };
            assert_eq!(shown("/t/sse", &[header]), (taken, "/t/sse".into()), "{header}");
            let url_safe = base64(header).replace('+', "-").replace('/', "_");
            let forms = [url_safe.trim_end_matches('=').to_owned(), url_safe.replace('=', "%3D"), base64(header)];
            for form in forms {
                assert_eq!(shown(&format!("/t?auth={form}"), &[]).0, token, "{header} {form}");
            }
        }
        assert_eq!(shown("/t?authorization=sb_1", &["Bearer other"]).0, token, "the parameter goes first");
        for (uri, headers) in [
            ("/t?auth=", &[][..]),
            ("/t?auth=%ff", &[]),
            ("/t?auth=QmVhcmVy", &[]),
            ("/t?auth=sb_1&auth=sb_1", &[]),
            ("/t", &["Bearer"]),
            ("/t", &["sb_1"]),
            ("/t", &["Digest sb_1"]),
            ("/t", &["Basic sb_1"]),
            ("/t", &["Bearer sb_1", "Bearer sb_1"]),
        ] {
            assert_eq!(shown(uri, headers).0, Shown::Nonsense, "{uri} {headers:?}");
        }
    }

    #[test]
    fn what_is_left_of_the_address() {
        for (uri, rest) in [
            ("/t/sse", "/t/sse"),
            ("/t/sse?since=all&x", "/t/sse?since=all&x"),
            ("/t/sse?auth=sb_1", "/t/sse"),
            ("/t/sse?since=all&auth=sb_1&x=%20", "/t/sse?since=all&x=%20"),
            ("/t/sse?authority=1", "/t/sse?authority=1"),
            ("http://h:1/t?auth=sb_1", "http://h:1/t"),
        ] {
            assert_eq!(shown(uri, &[]).1, rest, "{uri}");
        }
    }
}
