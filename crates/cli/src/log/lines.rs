//! Lines that are kept, in memory and in the file, with nothing in them that may be secret.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{LazyLock, Mutex, PoisonError},
};

use regex::Regex;

use super::file::LogFile;

/// Lines that are kept, and how long one may be: some hundred kilobytes at most.
const LINES: usize = 500;
const LINE: usize = 1000;

static RECENT: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
static FILE: Mutex<Option<LogFile>> = Mutex::new(None);
/// A login or a query may hold a secret of the user's.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(\w+://)(?:[^\s/@"']*@)?([^\s?#"'<>]*)([?#][^\s"'<>]*)?"#).ok());

/// The latest lines of the log, oldest first, with nothing in them that may be secret.
#[must_use]
pub fn recent_log() -> Vec<String> {
    RECENT.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

/// From now on lines go into this file too, and first of all those that there are.
pub(super) fn keep_in(mut file: LogFile) {
    recent_log().iter().for_each(|line| file.add(line));
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
}

/// The file that lines go into.
pub(super) fn file() -> Option<PathBuf> {
    let file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    file.as_ref().map(|file| file.path().to_owned())
}

/// Takes a line at a time.
pub(super) struct Keep;

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
    // Before any lock: a panic's own line comes this way.
    let line = harmless(line.trim_end());
    if let Some(file) = &mut *FILE.lock().unwrap_or_else(PoisonError::into_inner) {
        file.add(&line);
    }
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    if recent.len() == LINES {
        recent.pop_front();
    }
    recent.push_back(line);
}

/// A line without logins and queries of addresses, cut to what is of use.
pub(super) fn harmless(line: &str) -> String {
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
