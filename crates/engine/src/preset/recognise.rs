//! An address that is a known service's, and what of it is an answer.

use regex::{Regex, RegexSet};

use crate::{
    EngineError,
    model::{Answers, Preset, PresetUse},
};

/// Knows the addresses of presets.
pub(crate) struct Recogniser<'p> {
    set: RegexSet,
    patterns: Vec<(&'p Preset, Regex)>,
}

impl<'p> Recogniser<'p> {
    /// Of these presets, the first first.
    ///
    /// # Errors
    /// When a pattern is no regular expression.
    pub(crate) fn new(presets: impl IntoIterator<Item = &'p Preset>) -> Result<Self, EngineError> {
        let mut patterns = Vec::new();
        for preset in presets {
            for pattern in &preset.recognise {
                let regex = Regex::new(pattern).map_err(|error| EngineError::Document(error.to_string()))?;
                patterns.push((preset, regex));
            }
        }
        let set = RegexSet::new(patterns.iter().map(|(_, regex)| regex.as_str()));
        let set = set.map_err(|error| EngineError::Document(error.to_string()))?;
        Ok(Self { set, patterns })
    }

    /// The preset of an address, and the answers that are in it.
    pub(crate) fn recognise(&self, url: &str) -> Option<PresetUse> {
        let (preset, regex) = &self.patterns[self.set.matches(url).iter().next()?];
        let found = regex.captures(url)?;
        let answers: Answers = regex
            .capture_names()
            .flatten()
            .filter_map(|name| Some((name.to_owned(), decoded(found.name(name)?.as_str()))))
            .collect();
        Some(PresetUse { id: preset.id.clone(), answers })
    }
}

/// Without what addresses put in the place of some characters.
fn decoded(text: &str) -> String {
    // A plus stands for itself in a path, and for a space only in a query's pairs.
    let text = text.replace('+', "%2B");
    url::form_urlencoded::parse(format!("a={}", text.replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
