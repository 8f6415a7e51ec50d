//! What is configured, read beside a program that may run: nothing is changed by that, and nothing is waited for.

use rusqlite::Connection;

use crate::{
    EngineError, Language,
    home::Home,
    model::{Feed, Preferences, Reason, Rule},
    speak, store,
};

/// Feeds, rules and settings, as they are stored.
#[derive(Default)]
pub(crate) struct Configured {
    pub(crate) feeds: Vec<Feed>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) preferences: Preferences,
    /// Names this data folder's secrets.
    pub(crate) installation: String,
}

impl Configured {
    /// Reads a data folder; nothing is configured in one that is empty. From here on the user's language is spoken.
    ///
    /// # Errors
    /// When it is of another version, or cannot be read.
    pub(crate) fn read(home: &Home) -> Result<Self, EngineError> {
        let mut configured = Self::default();
        if home.database().exists() {
            let told = |error| EngineError::Store(store::reason(&error));
            let connection = store::read_at_rest(&home.database()).map_err(told)?;
            let schema: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(told)?;
            if schema != 0 {
                check(schema)?;
                configured = Self::of(&connection).map_err(told)?;
            }
        }
        Language::of(configured.preferences.language.as_deref()).speak();
        Ok(configured)
    }

    pub(crate) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            feeds: store::feeds::all(connection)?.into_iter().map(|stored| stored.feed).collect(),
            rules: store::rules::all(connection)?,
            preferences: store::settings::get(connection, "preferences")?.unwrap_or_default(),
            installation: store::settings::get(connection, "installation")?.unwrap_or_default(),
        })
    }

    /// The feed of this id, else the only one of this name.
    ///
    /// # Errors
    /// When there is none, or there are several.
    pub(crate) fn feed(&self, wanted: &str) -> Result<&Feed, EngineError> {
        if let Some(feed) = self.feeds.iter().find(|feed| feed.id.0 == wanted) {
            return Ok(feed);
        }
        let mut named = self.feeds.iter().filter(|feed| feed.name == wanted);
        match (named.next(), named.next()) {
            (Some(feed), None) => Ok(feed),
            (None, _) => Err(EngineError::NoSuchFeed(wanted.to_owned())),
            (Some(first), Some(second)) => Err(EngineError::invalid(
                "feed",
                speak!(
                    format!(
                        "Several feeds are called '{wanted}'. Name one by its id, for example '{}' or '{}'.",
                        first.id.0, second.id.0
                    ),
                    format!("有多个订阅源名为“{wanted}”。请使用标识，例如“{}”或“{}”。", first.id.0, second.id.0)
                ),
            )),
        }
    }
}

fn check(schema: usize) -> Result<(), EngineError> {
    let (code, message) = if schema > store::SCHEMA {
        let message = speak!(
            "The data are those of a newer Streambell. Install the newer version again.",
            "数据来自更新版本的 Streambell。请重新安装较新的版本。"
        );
        ("newer_database", message)
    } else if schema < store::SCHEMA {
        let message = speak!(
            "The data are those of an earlier Streambell. Start this one once, then repeat the command.",
            "数据来自较早版本的 Streambell。请先启动一次此版本，然后重复该命令。"
        );
        ("not_upgraded", message)
    } else {
        return Ok(());
    };
    Err(EngineError::Store(Reason { code: code.into(), message: message.into() }))
}
