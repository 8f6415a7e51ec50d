//! Plain data: what the engine keeps, and the contract with the window.
//!
//! Every type here crosses to the UI as JSON; its TypeScript is generated into `ui/src/bindings` by `cargo test`.
//! Times are milliseconds since the Unix epoch. Decimal values travel as strings, exactly as they were sent.

mod alert;
mod card;
mod condition;
mod diagnostics;
mod dialect;
mod document;
mod feed;
mod gate;
mod hub;
mod network;
mod offer;
mod preset;
mod probe;
mod reading;
mod replay;
mod series;
mod snapshot;
mod span;
mod status;
mod storage;

pub use alert::{Alert, AlertId, AlertState, RuleFinding, Urgency, Why};
pub use card::{Card, Window};
pub use condition::{
    Condition, Direction, FieldCondition, Level, ProgressCondition, RateCondition, TextCondition, ValueCondition,
};
pub use diagnostics::{Check, CheckState, Figures, Log, LogLevel, Part, Processes};
pub use dialect::{Dialect, Refusal, Resume, Subscribe};
pub use document::{DOCUMENT_VERSION, Document};
pub use feed::{
    Auth, Certificates, Each, Feed, FeedDraft, FeedId, Headers, Limits, LimitsDraft, Mapping, Notify, ProxySetting,
    View,
};
pub use gate::{Announced, AtMost, DayTime, Gate, Gates, QuietHours, Weekday};
pub use hub::{HubInfo, HubTopic};
pub use network::Network;
pub use offer::Offer;
pub use preset::{Answers, Choice, Filled, Phrase, Preset, PresetIcon, PresetRule, PresetUse, Question, QuestionKind};
pub use probe::{PasteNote, Pasted, ProbeNews, Sample, Understanding, Understood};
pub use reading::{Event, Page, Query, Reading, Score, Seq, State};
pub use replay::{ReplayAlert, ReplayNews, ReplayOverview};
pub use series::{Gap, Moment, Point, Series, SeriesQuery, Trend, TrendQuery};
pub use snapshot::{Change, FeedState, HUB_PORT, Notice, NoticeLevel, Preferences, Snapshot, Target, Theme};
pub use span::Span;
pub use status::{Reason, Status};
pub use storage::{EventExport, ExportFormat, FeedStorage, Retention, Storage};

mod rule;
pub use rule::{Action, Per, PreviewAlert, Rule, RuleDraft, RuleId, RuleNotify, RulePreview};

/// Milliseconds since the Unix epoch.
pub type Millis = i64;
