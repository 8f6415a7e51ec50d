//! Settings as they travel: one JSON document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Feed, Rule};

/// The version of [`Document`] that this program writes, and the newest that it reads.
pub const DOCUMENT_VERSION: u32 = 1;

/// What `streambell export` prints and `streambell import` reads. It holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// [`DOCUMENT_VERSION`].
    pub version: u32,
    /// The feeds, in the order of the dashboard.
    pub feeds: Vec<Feed>,
    /// The rules.
    pub rules: Vec<Rule>,
}
