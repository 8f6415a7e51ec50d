//! `curl 'https://…' -H 'Authorization: Bearer …'`: what of a command a feed can have, and what not.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use streambell_sse as sse;
use url::Url;

use super::words;
use crate::{
    EngineError,
    model::{Auth, FeedDraft, PasteNote, Pasted, ProxySetting},
    speak, told,
};

/// Options with a value, by their long and short names.
const WITH_VALUE: &[(&str, char)] = &[
    ("header", 'H'),
    ("user", 'u'),
    ("user-agent", 'A'),
    ("cookie", 'b'),
    ("referer", 'e'),
    ("proxy", 'x'),
    ("proxy-user", 'U'),
    ("request", 'X'),
    ("data", 'd'),
    ("form", 'F'),
    ("upload-file", 'T'),
    ("cert", 'E'),
    ("output", 'o'),
    ("max-time", 'm'),
    ("write-out", 'w'),
    ("cookie-jar", 'c'),
    ("dump-header", 'D'),
    ("continue-at", 'C'),
    ("range", 'r'),
    ("config", 'K'),
    ("speed-time", 'y'),
    ("speed-limit", 'Y'),
    ("time-cond", 'z'),
    ("url", '\0'),
    ("oauth2-bearer", '\0'),
    ("socks5", '\0'),
    ("socks5-hostname", '\0'),
    ("noproxy", '\0'),
    ("cacert", '\0'),
    ("key", '\0'),
    ("data-raw", '\0'),
    ("data-binary", '\0'),
    ("data-ascii", '\0'),
    ("data-urlencode", '\0'),
    ("json", '\0'),
    ("form-string", '\0'),
    ("connect-timeout", '\0'),
    ("retry", '\0'),
    ("retry-delay", '\0'),
    ("retry-max-time", '\0'),
    ("keepalive-time", '\0'),
    ("max-redirs", '\0'),
    ("resolve", '\0'),
    ("connect-to", '\0'),
    ("interface", '\0'),
    ("unix-socket", '\0'),
    ("ciphers", '\0'),
    ("tls13-ciphers", '\0'),
    ("tls-max", '\0'),
    ("capath", '\0'),
    ("pass", '\0'),
    ("cert-type", '\0'),
    ("key-type", '\0'),
    ("proxy-header", '\0'),
    ("proxy-cacert", '\0'),
    ("url-query", '\0'),
    ("limit-rate", '\0'),
    ("stderr", '\0'),
    ("trace", '\0'),
    ("trace-ascii", '\0'),
    ("proto", '\0'),
    ("proto-default", '\0'),
    ("dns-servers", '\0'),
    ("doh-url", '\0'),
    ("aws-sigv4", '\0'),
];

/// What only says how curl prints, waits and tries again, which is the program's own affair.
const OF_NO_MEANING: &[&str] = &[
    "output",
    "max-time",
    "write-out",
    "cookie-jar",
    "dump-header",
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "keepalive-time",
    "max-redirs",
    "limit-rate",
    "stderr",
    "trace",
    "trace-ascii",
    "speed-time",
    "speed-limit",
    "silent",
    "show-error",
    "no-buffer",
    "location",
    "include",
    "verbose",
    "compressed",
    "fail",
    "fail-with-body",
    "globoff",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "progress-bar",
    "no-progress-meter",
    "ipv4",
    "ipv6",
    "tcp-nodelay",
    "no-keepalive",
    "basic",
    "tlsv1",
    "tlsv1.2",
    "tlsv1.3",
    "location-trusted",
    "styled-output",
    "remote-name",
    "parallel",
    "path-as-is",
    "get",
    "retry-all-errors",
    "ssl-reqd",
    "retry-connrefused",
    "proto",
    "proto-default",
    "cert-type",
    "key-type",
    "proxytunnel",
    "disable",
    "http0.9",
];

/// Flags of one letter.
const FLAGS: &[(char, &str)] = &[
    ('s', "silent"),
    ('S', "show-error"),
    ('N', "no-buffer"),
    ('L', "location"),
    ('i', "include"),
    ('v', "verbose"),
    ('f', "fail"),
    ('g', "globoff"),
    ('k', "insecure"),
    ('G', "get"),
    ('I', "head"),
    ('#', "progress-bar"),
    ('0', "http1.0"),
    ('4', "ipv4"),
    ('6', "ipv6"),
    ('1', "tlsv1"),
    ('p', "proxytunnel"),
    ('O', "remote-name"),
    ('q', "disable"),
    ('Z', "parallel"),
];

/// Headers that the program sends itself, or that only a browser has reason for.
const OWN_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "dnt",
    "host",
    "last-event-id",
    "pragma",
    "priority",
    "te",
    "upgrade-insecure-requests",
];

/// The command, if the text begins like one.
pub(super) fn of(text: &str) -> Option<Result<Pasted, EngineError>> {
    let name = text.split_whitespace().next()?.trim_end_matches('^');
    matches!(name, "curl" | "curl.exe").then(|| read(text))
}

fn read(text: &str) -> Result<Pasted, EngineError> {
    let unfinished = speak!(
        "This curl command ends inside a quotation. Copy the whole of it and paste it again.",
        "这条 curl 命令在引号中间就结束了。请完整复制后重新粘贴。"
    );
    let mut words = words::split(text).ok_or_else(|| EngineError::Url(unfinished.into()))?.into_iter().skip(1);
    let mut command = Command::default();
    while let Some(word) = words.next() {
        if matches!(word.as_str(), "|" | ";" | "&&" | "||" | ">" | "2>" | "&") {
            // What is done with the output.
            break;
        }
        if let Some(name) = word.strip_prefix("--").filter(|name| !name.is_empty()) {
            let has_value = WITH_VALUE.iter().any(|(long, _)| *long == name);
            let value = if has_value { words.next() } else { None };
            command.take(name, value)?;
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            command.take_letters(letters, &mut words)?;
        } else {
            command.take("url", Some(word))?;
        }
    }
    command.finish()
}

#[derive(Default)]
struct Command {
    url: Option<Url>,
    draft: FeedDraft,
    proxy: Option<String>,
    proxy_user: Option<String>,
    method: Option<String>,
    body: Vec<String>,
    body_is_query: bool,
    notes: Vec<PasteNote>,
}

impl Command {
    fn take_letters(&mut self, letters: &str, words: &mut impl Iterator<Item = String>) -> Result<(), EngineError> {
        for (at, letter) in letters.char_indices() {
            if let Some((name, _)) = WITH_VALUE.iter().find(|(_, short)| *short == letter) {
                let rest = &letters[at + letter.len_utf8()..];
                let value = if rest.is_empty() { words.next() } else { Some(rest.to_owned()) };
                return self.take(name, value);
            }
            match FLAGS.iter().find(|(short, _)| *short == letter) {
                Some((_, name)) => self.take(name, None)?,
                None => self.notes.push(PasteNote::Ignored { option: format!("-{letter}") }),
            }
        }
        Ok(())
    }

    fn take(&mut self, name: &str, value: Option<String>) -> Result<(), EngineError> {
        let given = value.unwrap_or_default();
        self.look_for_variables(&given);
        match name {
            // A backslash at the end of a line leaves an empty word.
            "url" if given.is_empty() => {}
            // Further addresses are further requests.
            "url" if self.url.is_some() => self.note(PasteNote::Ignored { option: given }),
            "url" => self.url = Some(sse::complete_url(&given).map_err(|error| EngineError::Url(told::url(&error)))?),
            "header" if given.starts_with('@') => self.file("-H", &given[1..]),
            "header" => self.header(&given),
            "user" => self.basic(&given),
            "oauth2-bearer" => self.draft.auth = Some(Auth::Bearer { token: Some(given) }),
            "user-agent" => self.keep_header("User-Agent", &given),
            "referer" => self.keep_header("Referer", &given),
            // Without a '=' it is the name of a file.
            "cookie" if !given.contains('=') => self.file("-b", &given),
            "cookie" => self.keep_header("Cookie", &given),
            "proxy" => self.proxy = Some(given),
            "socks5" => self.proxy = Some(format!("socks5://{given}")),
            "socks5-hostname" => self.proxy = Some(format!("socks5h://{given}")),
            "proxy-user" => self.proxy_user = Some(given),
            "noproxy" if given == "*" => self.proxy = Some("direct".into()),
            "request" => self.method = Some(given),
            "data" | "data-raw" | "data-binary" | "data-ascii" | "data-urlencode" => self.body.push(given),
            "form" | "form-string" | "json" | "upload-file" => {
                self.method.get_or_insert_with(|| if name == "upload-file" { "PUT" } else { "POST" }.into());
            }
            "head" => self.method = Some("HEAD".into()),
            "get" => self.body_is_query = true,
            "insecure" => self.note(PasteNote::Insecure),
            "cacert" | "cert" | "key" => self.file(&format!("--{name}"), &given),
            name if OF_NO_MEANING.contains(&name) => {}
            name => self.note(PasteNote::Ignored { option: format!("--{name}") }),
        }
        Ok(())
    }

    fn header(&mut self, line: &str) {
        // `Name;` is curl's way to send an empty one, and `Name:` its way not to send it.
        let Some((name, value)) = line.split_once(':').map(|(name, value)| (name.trim(), value.trim())) else {
            return;
        };
        let lower = name.to_ascii_lowercase();
        if value.is_empty() || OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("sec-") {
            return;
        }
        if lower == "authorization" && self.login(value) {
            return;
        }
        self.keep_header(name, value);
    }

    fn keep_header(&mut self, name: &str, value: &str) {
        let headers = &mut self.draft.headers.0;
        headers.retain(|known, _| !known.eq_ignore_ascii_case(name));
        headers.insert(name.to_owned(), Some(value.to_owned()));
    }

    /// Whether a header's value is a login that a feed has a place for.
    fn login(&mut self, value: &str) -> bool {
        let Some((scheme, secret)) = value.split_once(' ').map(|(scheme, secret)| (scheme, secret.trim())) else {
            return false;
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            self.draft.auth = Some(Auth::Bearer { token: Some(secret.to_owned()) });
            return true;
        }
        let login = BASE64_STANDARD.decode(secret).ok().and_then(|login| String::from_utf8(login).ok());
        match login.filter(|_| scheme.eq_ignore_ascii_case("basic")) {
            Some(login) => {
                self.basic(&login);
                true
            }
            None => false,
        }
    }

    fn basic(&mut self, login: &str) {
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password.to_owned())),
            None => {
                self.note(PasteNote::Password);
                (login, None)
            }
        };
        self.draft.auth = Some(Auth::Basic { user: user.to_owned(), password });
    }

    fn file(&mut self, option: &str, path: &str) {
        self.note(PasteNote::File { option: option.to_owned(), path: path.to_owned() });
    }

    fn note(&mut self, note: PasteNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// `$TOKEN` and `${TOKEN}`, which only the shell that it was written in knows.
    fn look_for_variables(&mut self, text: &str) {
        for (at, _) in text.match_indices('$') {
            let name = text[at + 1..].trim_start_matches('{');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                self.note(PasteNote::Variable { name: name[..end].to_owned() });
            }
        }
    }

    fn finish(mut self) -> Result<Pasted, EngineError> {
        let missing = speak!(
            "This curl command has no address. Add it: curl https://example.com/events",
            "这条 curl 命令没有地址。请补上：curl https://example.com/events"
        );
        let mut url = self.url.take().ok_or_else(|| EngineError::Url(missing.into()))?;
        if self.body_is_query {
            for part in self.body.drain(..) {
                let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&{part}"));
                url.set_query(Some(&query.unwrap_or(part)));
            }
        }
        let method = self.method.take().unwrap_or_else(|| if self.body.is_empty() { "GET" } else { "POST" }.into());
        if !method.eq_ignore_ascii_case("get") || !self.body.is_empty() {
            self.notes.insert(0, PasteNote::Method { method });
        }
        if let Some((user, password)) = sse::split_credentials(&mut url) {
            self.draft.auth.get_or_insert(Auth::Basic { user, password: Some(password) });
        }
        self.draft.url = url.into();
        self.draft.proxy = self.proxy.take().map(|proxy| with_login(&proxy, self.proxy_user.as_deref()));
        Ok(Pasted { draft: self.draft, command: true, notes: self.notes, preset: None })
    }
}

fn with_login(proxy: &str, login: Option<&str>) -> ProxySetting {
    let with_scheme =
        if proxy.contains("://") || proxy == "direct" { proxy.to_owned() } else { format!("http://{proxy}") };
    let setting = match (login, Url::parse(&with_scheme)) {
        (Some(login), Ok(mut url)) => {
            let (user, password) =
                login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
            // They fail only for URLs that cannot have a login, and a proxy's can.
            let _ = url.set_username(user);
            let _ = url.set_password(password);
            url.as_str().trim_end_matches('/').to_owned()
        }
        _ => with_scheme,
    };
    ProxySetting(setting)
}
