//! What the page may ask: each command is one call to the engine, in the module of its noun.

mod alerts;
mod diagnostics;
mod events;
mod feeds;
mod hub;
mod login;
mod page;
mod preferences;
mod presets;
mod probe;
pub(crate) mod replay;
mod rules;
mod storage;
mod updates;

use serde::Serialize;
use streambell_engine::EngineError;
use tauri::ipc::Invoke;

/// Why a command was refused, as the page gets it.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    /// Stable, in snake case.
    code: String,
    /// Tells a person what to do next.
    message: String,
}

impl Refusal {
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

pub(crate) type Answer<T> = Result<T, Refusal>;

/// One list, for the handler and for the test that compares it with the page's.
macro_rules! commands {
    ($($noun:ident::$name:ident),* $(,)?) => {
        /// Answers the page.
        pub(crate) fn handler() -> impl Fn(Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($noun::$name),*]
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

commands![
    page::attach,
    page::drawn,
    page::set_visible,
    page::leave,
    page::open_link,
    feeds::add_feed,
    feeds::update_feed,
    probe::read_pasted,
    probe::probe_feed,
    probe::stop_probe,
    probe::understand,
    replay::choose_recording,
    replay::look_through,
    replay::play_recording,
    replay::stop_playing,
    presets::presets,
    presets::fill_preset,
    presets::keep_preset,
    presets::save_preset,
    presets::import_preset,
    presets::remove_preset,
    feeds::remove_feed,
    feeds::pause_feed,
    feeds::resume_feed,
    feeds::retry_feed,
    feeds::order_feeds,
    feeds::arrange_card,
    feeds::group_feed,
    feeds::fold_group,
    feeds::read_feed,
    feeds::pause_all,
    feeds::resume_all,
    feeds::add_demo_feeds,
    events::list_events,
    events::read_event,
    events::series,
    events::trends,
    rules::add_rule,
    rules::preview_rule,
    rules::update_rule,
    rules::remove_rule,
    alerts::list_alerts,
    alerts::acknowledge_alert,
    alerts::resolve_alert,
    alerts::read_alert,
    alerts::snooze_alert,
    alerts::why_event,
    feeds::mute_feed,
    alerts::read_alerts,
    hub::hub_topics,
    login::starts_at_login,
    login::start_at_login,
    preferences::set_preferences,
    preferences::test_notification,
    storage::storage,
    storage::set_retention,
    storage::clear_history,
    storage::save_events,
    storage::save_backup,
    storage::restore_backup,
    storage::save_settings,
    storage::import_settings,
    diagnostics::figures,
    diagnostics::recent_log,
    diagnostics::log_state,
    diagnostics::set_log_level,
    diagnostics::open_log_folder,
    diagnostics::self_test,
    diagnostics::has_tray,
    updates::updates_itself,
    updates::look_for_update,
    updates::install_update,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_page_asks_for_the_commands_that_there_are() {
        let page = include_str!("../ui/src/backend/tauri.ts");
        let asked: BTreeSet<&str> = page.split("invoke('").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
        assert_eq!(asked, NAMES.iter().copied().collect());
    }

    #[test]
    fn a_refusal_has_a_code_and_a_message() {
        let refusal = Refusal::from(EngineError::Ended);
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], "ended");
        assert_eq!(json["message"], EngineError::Ended.to_string());
    }
}
