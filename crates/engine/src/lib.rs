//! Feeds, readings, rules, alerts and history: everything of Streambell but the screen.
#![deny(missing_docs)]

pub mod model;
