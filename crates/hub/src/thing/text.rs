//! The texts that things are made of, and what each may hold. What others send is checked when it is read.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Characters of a name.
const NAME: usize = 200;
/// Bytes of what is said.
const WORDS: usize = 4000;
/// Digits of an amount: as many as an exact decimal has in most languages.
const DIGITS: usize = 28;

/// What something is called: one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct Name(Cow<'static, str>);

/// What somebody says: a text of any lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Words(Cow<'static, str>);

/// An exact amount, with the digits as they were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Money(String);

/// The text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name: use 1 to {NAME} characters in one line")]
pub(crate) struct NotAName;

impl Name {
    /// One of the hub's own.
    pub(crate) fn own(name: impl Into<Cow<'static, str>>) -> Name {
        Name(name.into())
    }

    /// One that somebody gave, without the spaces around it.
    pub(crate) fn given(name: &str) -> Result<Name, NotAName> {
        let name = name.trim();
        let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if fits { Ok(Name(name.to_owned().into())) } else { Err(NotAName) }
    }
}

impl Words {
    /// The hub's own.
    pub(crate) fn own(words: impl Into<Cow<'static, str>>) -> Words {
        Words(words.into())
    }
}

impl Money {
    fn given(amount: &str) -> Option<Money> {
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let fits = digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(fraction);
        (fits && amount.bytes().filter(u8::is_ascii_digit).count() <= DIGITS).then(|| Money(amount.to_owned()))
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        Name::given(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        let words = String::deserialize(deserializer)?;
        if words.trim().is_empty() || words.len() > WORDS {
            return Err(D::Error::custom(format_args!("not a text: use 1 to {WORDS} bytes")));
        }
        Ok(Words(words.into()))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        struct Amount;
        impl Visitor<'_> for Amount {
            type Value = Money;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#"an amount as a text like "12.50", so that no digit is lost"#)
            }

            fn visit_str<E: Error>(self, amount: &str) -> Result<Money, E> {
                Money::given(amount).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(amount), &self))
            }
        }
        deserializer.deserialize_str(Amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_texts() {
        for amount in ["0", "12.50", "-3.1", "1234567890123456789.123456789", "007.00"] {
            let money: Money = serde_json::from_str(&format!("\"{amount}\"")).unwrap();
            assert_eq!(serde_json::to_string(&money).unwrap(), format!("\"{amount}\""));
        }
        let bad = ["", "-", ".5", "5.", "1,5", "1e3", "+1", "1.2.3", " 1", "£1", "12345678901234567890123456789"];
        for amount in bad {
            assert_eq!(Money::given(amount), None, "{amount:?}");
        }
        let error = serde_json::from_str::<Money>("12.5").unwrap_err().to_string();
        assert!(error.contains(r#"a text like "12.50""#), "{error}");
    }

    #[test]
    fn names_are_one_line_and_not_too_long() {
        assert_eq!(&*Name::given("  Grüner Tee \t").unwrap(), "Grüner Tee");
        assert!(Name::given(&"茶".repeat(NAME)).is_ok());
        for name in ["", "  ", "a\nb", "a\u{7}", &"x".repeat(NAME + 1)] {
            assert_eq!(Name::given(name), Err(NotAName), "{name:?}");
        }
    }
}
