//! A feed that somebody else wants the user to add.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::View;

/// A feed that a link from elsewhere (`streambell://add?url=…`) offers. Untrusted: it is asked about before anything is
/// added, and before its server hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Offer {
    /// The whole address, `http` or `https`, without a login.
    pub url: String,
    /// What to call it; empty: as its host.
    pub name: String,
    /// The group to put it in.
    pub group: Option<String>,
    /// How to draw it; `None`: guessed.
    pub view: Option<View>,
    /// The link's address had a login in it, which is not taken over.
    pub had_login: bool,
}
