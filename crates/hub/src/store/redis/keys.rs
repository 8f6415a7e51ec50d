//! What the hub's keys are called. The braces put them all in one slot of a cluster, as the script needs.

use crate::topic::TopicName;

/// The newest id that was given out.
pub(super) const NEWEST: &str = "{streambell}:newest";
/// What lies before the first id.
pub(super) const BORN: &str = "{streambell}:born";
/// The stream of all topics that each hub follows.
pub(super) const WIRE: &str = "{streambell}:wire";
/// The newest id of each topic.
pub(super) const TOPICS: &str = "{streambell}:topics";
/// The newest id of each topic that is kept no more; of the wire under an empty name.
pub(super) const DROPPED: &str = "{streambell}:dropped";
/// The bytes of each topic's stream; of the wire under an empty name.
pub(super) const BYTES: &str = "{streambell}:bytes";

/// The stream of a topic.
pub(super) fn log(topic: &TopicName) -> String {
    format!("{{streambell}}:log:{topic}")
}

/// The latest event of each thing in a topic: its id, a space, its message.
pub(super) fn latest(topic: &TopicName) -> String {
    format!("{{streambell}}:latest:{topic}")
}
