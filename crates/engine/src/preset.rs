//! Known services. A preset is data (a file of `presets/`, or one of the user's own); filled with answers it becomes the
//! draft of a feed, which then has all that it needs and does not look back: what a preset can do, any feed can.

mod check;
mod fill;
mod own;
mod recognise;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use self::recognise::Recogniser;
use crate::{
    EngineError,
    model::{Preset, PresetUse},
    speak,
};

pub(crate) use self::{
    fill::fill,
    own::{of_feed, to_file},
};

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/presets.rs"));
}

/// Bytes of a preset's file.
const MAX_FILE: usize = 64 * 1024;

/// The presets that every program has, in the order in which they are shown.
pub(crate) fn built_in() -> &'static [Preset] {
    static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let read = |(id, text): &(&str, &str)| match parse(text) {
            Ok(preset) => Some(Preset { id: (*id).to_owned(), own: false, ..preset }),
            Err(error) => {
                tracing::error!(preset = id, %error, "a preset that is built in cannot be read");
                None
            }
        };
        let mut presets: Vec<_> = built_in::BUILT_IN.iter().filter_map(read).collect();
        presets.sort_by_key(|preset| preset.place);
        presets
    });
    &PRESETS
}

/// The preset of an address, if a known service has it.
pub(crate) fn recognise(url: &str) -> Option<PresetUse> {
    static RECOGNISER: LazyLock<Option<Recogniser<'static>>> = LazyLock::new(|| Recogniser::new(built_in()).ok());
    RECOGNISER.as_ref()?.recognise(url)
}

/// Reads a preset's file, and checks all of it.
///
/// # Errors
/// Names what is wrong, and where.
pub(crate) fn parse(text: &str) -> Result<Preset, EngineError> {
    let wrong = |problem: String| EngineError::Document(problem);
    if text.len() > MAX_FILE {
        return Err(wrong(speak!(
            format!("This file is larger than {} kilobytes, so it is no preset.", MAX_FILE / 1024),
            format!("这个文件大于 {} KB，不是预设。", MAX_FILE / 1024)
        )));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let preset: Preset = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        let error = error.message();
        wrong(speak!(
            format!(
                "This is no preset that Streambell can read (line {line}: {error}). Choose a file that was exported as a preset."
            ),
            format!("这不是 Streambell 能读取的预设（第 {line} 行：{error}）。请选择导出为预设的文件。")
        ))
    })?;
    check::check(&preset)?;
    Ok(preset)
}
