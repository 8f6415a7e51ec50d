//! The language that the program speaks: English or Simplified Chinese.
//!
//! A process speaks one language, the user's, as it has one locale. So it is set once, where the preferences are, and
//! read where a text is made: by [`speak!`](crate::speak) in those forty places.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// A language that there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

static SPOKEN: AtomicU8 = AtomicU8::new(ENGLISH);
const ENGLISH: u8 = 0;
const CHINESE: u8 = 1;

impl Language {
    /// As the user chose (`en`, `zh`), else the system's, as far as there are words in it.
    #[must_use]
    pub fn of(chosen: Option<&str>) -> Self {
        let system = || {
            let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
            variables.into_iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        };
        match chosen.map(str::to_owned).or_else(system) {
            Some(language) if language.starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The one that is spoken now.
    #[must_use]
    pub fn spoken() -> Self {
        if SPOKEN.load(Relaxed) == CHINESE { Self::Chinese } else { Self::English }
    }

    /// From now on this one is spoken.
    pub fn speak(self) {
        SPOKEN.store(if self == Self::Chinese { CHINESE } else { ENGLISH }, Relaxed);
    }
}

/// A text in the language that is spoken: the first is English, the second Chinese.
#[macro_export]
macro_rules! speak {
    ($english:expr, $chinese:expr $(,)?) => {
        match $crate::Language::spoken() {
            $crate::Language::English => $english,
            $crate::Language::Chinese => $chinese,
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_decides() {
        assert_eq!(Language::of(Some("zh")), Language::Chinese);
        assert_eq!(Language::of(Some("zh-CN")), Language::Chinese);
        assert_eq!(Language::of(Some("en")), Language::English);
        assert_eq!(Language::of(Some("fr")), Language::English);
    }
}
