//! A feed that is being added: what was pasted, what comes from it, and what that could mean.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FeedDraft, Mapping, PresetUse, Reading, Reason, RuleDraft, View};

/// What a probe tells, in this order: connecting, open, what comes, and why it is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum ProbeNews {
    /// The request is on its way.
    Connecting,
    /// The stream is open.
    Open {
        /// So long after the request.
        #[ts(type = "number")]
        after_ms: u64,
        /// The version of HTTP: `HTTP/1.1`.
        version: String,
        /// What stands between the server and here, if its answer shows that. Untrusted.
        through: Option<String>,
    },
    /// Events came.
    Samples {
        /// In their order.
        samples: Vec<Sample>,
    },
    /// The server sent something that is no event, to say that it is there.
    KeepAlive,
    /// Nothing has come for a while, not even an answer if it is not open.
    Quiet,
    /// It is over because it did not work.
    Failed {
        /// Why, and what to do next.
        reason: Reason,
        /// Addresses that may be meant instead.
        instead: Vec<String>,
    },
    /// It is over because there was time, or there were events, enough; or the server ended the stream.
    Over,
}

/// An event of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Sample {
    /// The type.
    pub event: String,
    /// The last event id when it was dispatched; empty if the server sends none.
    pub id: String,
    /// The data, untrusted; cut if there is much.
    pub data: String,
    /// Size of the whole data in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// What samples mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Understanding {
    /// Of each sample.
    pub samples: Vec<Understood>,
    /// How they would best be drawn; `None` without any.
    pub view: Option<View>,
    /// Rules that make sense for such a feed, the best first. They name no feed.
    pub rules: Vec<RuleDraft>,
}

/// What a sample means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Understood {
    /// One for each thing that it tells of, the first of them; empty for a keep-alive.
    pub readings: Vec<Reading>,
    /// Where the fields stand that were guessed.
    pub guessed: Mapping,
}

/// What was pasted into the address of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Pasted {
    /// Address, headers, login and proxy, with their secrets.
    pub draft: FeedDraft,
    /// Whether it was a whole command, which says more than an address.
    pub command: bool,
    /// What of it could not be taken over.
    pub notes: Vec<PasteNote>,
    /// The known service whose address it is, and what of it is an answer.
    pub preset: Option<PresetUse>,
}

/// Something in a pasted command that a feed cannot have, or not without the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum PasteNote {
    /// It sends a body, or uses another method than GET.
    Method {
        /// Which.
        method: String,
    },
    /// It trusts any certificate (`-k`).
    Insecure,
    /// It names a file, whose content is not in the command.
    File {
        /// The option.
        option: String,
        /// The file.
        path: String,
    },
    /// It names a variable of the shell, whose content is not in the command.
    Variable {
        /// Which.
        name: String,
    },
    /// The login lacks its password.
    Password,
    /// Another option that has no meaning here.
    Ignored {
        /// Which.
        option: String,
    },
}
