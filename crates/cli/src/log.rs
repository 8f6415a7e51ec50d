//! What the program does, told on standard error, and the latest of it kept for whoever asks.

use std::{
    collections::VecDeque,
    io::{self, IsTerminal},
    sync::{LazyLock, Mutex, PoisonError},
};

use regex::Regex;
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Lines that are kept, and how long one may be: some hundred kilobytes at most.
const LINES: usize = 500;
const LINE: usize = 1000;

static RECENT: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
/// A login or a query may hold a secret of the user's.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(\w+://)(?:[^\s/@"']*@)?([^\s?#"'<>]*)([?#][^\s"'<>]*)?"#).ok());

/// Writes the log to standard error, from this level on; `STREAMBELL_LOG` says otherwise, in tracing's syntax.
pub fn log_to_stderr(level: &str) {
    let filter = EnvFilter::try_from_env("STREAMBELL_LOG").unwrap_or_else(|_| {
        EnvFilter::new(format!(
            "warn,zbus=error,streambell_cli={level},streambell_engine={level},streambell_hub={level},streambell_app={level}"
        ))
    });
    let told = fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    let kept = fmt::layer().with_ansi(false).with_writer(|| Keep);
    // An error means that a test or another part of the program has set one up already.
    let _ = tracing_subscriber::registry().with(told.and_then(kept).with_filter(filter)).try_init();
}

/// The latest lines of the log, oldest first, with nothing in them that may be secret.
#[must_use]
pub fn recent_log() -> Vec<String> {
    RECENT.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

/// Takes a line at a time.
struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        keep(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn keep(line: &str) {
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    if recent.len() == LINES {
        recent.pop_front();
    }
    recent.push_back(harmless(line.trim_end()));
}

/// A line without logins and queries of addresses, cut to what is of use.
fn harmless(line: &str) -> String {
    let line: String = line.chars().take(LINE).collect();
    let Some(address) = ADDRESS.as_ref() else { return String::new() };
    let rest = |found: &regex::Captures<'_>| {
        let query = if found.get(3).is_some() { "?…" } else { "" };
        format!("{}{}{query}", &found[1], &found[2])
    };
    address.replace_all(&line, rest).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_login_and_no_query_is_kept() {
        let cases = [
            ("GET https://mia:pw@host/a?token=s3cret failed", "GET https://host/a?… failed"),
            ("url=\"http://host/feed#s3cret\" x", "url=\"http://host/feed?…\" x"),
            ("socks5h://u:p@[::1]:1080 and http://host/", "socks5h://[::1]:1080 and http://host/"),
            ("wss://host?a=b, why?", "wss://host?… why?"),
            ("no address", "no address"),
        ];
        for (line, kept) in cases {
            assert_eq!(harmless(line), kept);
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        for number in 0..LINES + 10 {
            keep(&format!("line {number} {}\n", "x".repeat(2 * LINE)));
        }
        let kept = recent_log();
        assert_eq!(kept.len(), LINES);
        assert!(kept.iter().all(|line| line.chars().count() == LINE), "{}", kept[0]);
        assert!(kept[LINES - 1].starts_with(&format!("line {}", LINES + 9)));
    }
}
