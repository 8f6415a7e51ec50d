//! A condition, compiled: leaves that look at readings and remember, and how their words are combined.

use super::{Seen, cel, change, event, field, progress, rate, silence, text, value};
use crate::{
    EngineError,
    model::{Condition, Millis},
    speak,
};

/// How deep conditions may be nested, and how many leaves a rule may have.
const MAX_DEPTH: usize = 10;
const MAX_LEAVES: usize = 50;

/// A kind of condition that stands for itself. It is shared by all places that a rule follows; what differs between
/// them is in a [`Memory`].
pub(super) trait Leaf: Send + Sync {
    /// What it remembers of a place that it begins to follow.
    fn begin(&self, at: Millis) -> Memory;

    /// Looks at a reading.
    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>);

    /// Whether it is true now.
    fn holds(&self, memory: &Memory, now: Millis) -> bool;

    /// When time alone may change that.
    fn due(&self, _memory: &Memory, _now: Millis) -> Option<Millis> {
        None
    }

    /// It is not true of silence before this time: nobody listened.
    fn excuse(&self, _memory: &mut Memory, _until: Millis) {}

    /// Whether it is about one event: it does not last, but each event for which it is true rings.
    fn momentary(&self) -> bool {
        false
    }

    /// How much of the past it must see again after a restart.
    fn window(&self) -> Millis {
        0
    }

    /// What it says, for a person.
    fn describe(&self) -> String;
}

/// What is asked of one event at a time: a leaf whose word is about the last reading, and does not last.
pub(super) trait Test: Send + Sync {
    /// Whether it is true of a reading.
    fn is_met_by(&self, seen: &Seen<'_>) -> bool;

    /// What it says, for a person.
    fn describe(&self) -> String;
}

struct Momentary<T>(T);

impl<T: Test> Leaf for Momentary<T> {
    fn begin(&self, _at: Millis) -> Memory {
        Memory::Truth(false)
    }

    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>) {
        *memory = Memory::Truth(self.0.is_met_by(seen));
    }

    fn holds(&self, memory: &Memory, _now: Millis) -> bool {
        matches!(memory, Memory::Truth(true))
    }

    fn momentary(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        self.0.describe()
    }
}

/// What a leaf remembers of a place.
#[derive(Debug, Clone)]
pub(super) enum Memory {
    /// What it made of the last reading.
    Truth(bool),
    Side(value::Side),
    Change(change::Memory),
    Rate(rate::Memory),
    Silence(Millis),
    Stall(progress::Memory),
}

impl Memory {
    /// As it is stored; `None`: it is made again from the history.
    pub(super) fn code(&self) -> Option<u8> {
        match self {
            Self::Truth(truth) => Some(u8::from(*truth)),
            Self::Side(side) => Some(side.code()),
            _ => None,
        }
    }

    /// Puts back what was stored.
    pub(super) fn restore(&mut self, code: u8) {
        match self {
            Self::Truth(truth) => *truth = code == 1,
            Self::Side(side) => *side = value::Side::from_code(code),
            _ => {}
        }
    }
}

enum Node {
    Leaf(usize),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// A condition, compiled.
pub(super) struct Tree {
    root: Node,
    leaves: Vec<Box<dyn Leaf>>,
}

/// Whether a condition holds, and whether it is an event that says so, and not what lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) holds: bool,
    pub(super) momentary: bool,
}

impl Tree {
    /// Compiles a condition; `at` is where it stands in the rule.
    ///
    /// # Errors
    /// Names the place and what is wrong there.
    pub(super) fn new(condition: &Condition, at: &str) -> Result<Self, EngineError> {
        let mut tree = Self { root: Node::All(Vec::new()), leaves: Vec::new() };
        tree.root = tree.node(condition, at, 0)?;
        Ok(tree)
    }

    fn node(&mut self, condition: &Condition, at: &str, depth: usize) -> Result<Node, EngineError> {
        if depth > MAX_DEPTH {
            return Err(EngineError::invalid(
                at,
                speak!(
                    format!("Conditions can be nested {MAX_DEPTH} deep, not deeper."),
                    format!("条件最多嵌套 {MAX_DEPTH} 层。")
                ),
            ));
        }
        let mut several = |name: &str, conditions: &[Condition]| {
            let at = format!("{at}.{name}");
            if conditions.is_empty() {
                return Err(EngineError::invalid(at, speak!("Give at least one condition.", "请至少给出一个条件。")));
            }
            let nodes = conditions.iter().enumerate();
            nodes.map(|(index, condition)| self.node(condition, &format!("{at}[{index}]"), depth + 1)).collect()
        };
        let leaf: Box<dyn Leaf> = match condition {
            Condition::All(conditions) => return Ok(Node::All(several("all", conditions)?)),
            Condition::Any(conditions) => return Ok(Node::Any(several("any", conditions)?)),
            Condition::Not(condition) => {
                return Ok(Node::Not(Box::new(self.node(condition, &format!("{at}.not"), depth + 1)?)));
            }
            Condition::Value(condition) if condition.changes_by.or(condition.changes_by_percent).is_some() => {
                Box::new(change::Compiled::new(condition, &format!("{at}.value"))?)
            }
            Condition::Value(condition) => Box::new(value::Compiled::new(condition, &format!("{at}.value"))?),
            Condition::Event(name) => Box::new(Momentary(event::Compiled::new(name, &format!("{at}.event"))?)),
            Condition::Text(condition) => Box::new(Momentary(text::Compiled::new(condition, &format!("{at}.text"))?)),
            Condition::Field(condition) => Box::new(Momentary(field::Compiled::new(condition, at)?)),
            Condition::Rate(condition) => Box::new(rate::Compiled::new(condition, &format!("{at}.rate"))?),
            Condition::SilentFor(span) => Box::new(silence::Compiled::new(*span)),
            Condition::Progress(condition) => progress::compile(condition, &format!("{at}.progress"))?,
            Condition::Cel(expression) => Box::new(Momentary(cel::Compiled::new(expression, &format!("{at}.cel"))?)),
        };
        if self.leaves.len() == MAX_LEAVES {
            return Err(EngineError::invalid(
                at,
                speak!(
                    format!("A rule can have {MAX_LEAVES} conditions, not more."),
                    format!("一条规则最多有 {MAX_LEAVES} 个条件。")
                ),
            ));
        }
        self.leaves.push(leaf);
        Ok(Node::Leaf(self.leaves.len() - 1))
    }

    pub(super) fn begin(&self, at: Millis) -> Box<[Memory]> {
        self.leaves.iter().map(|leaf| leaf.begin(at)).collect()
    }

    pub(super) fn observe(&self, memories: &mut [Memory], seen: &Seen<'_>) {
        for (leaf, memory) in self.leaves.iter().zip(memories) {
            leaf.observe(memory, seen);
        }
    }

    pub(super) fn truth(&self, memories: &[Memory], now: Millis) -> Truth {
        self.truth_of(&self.root, memories, now)
    }

    fn truth_of(&self, node: &Node, memories: &[Memory], now: Millis) -> Truth {
        match node {
            Node::Leaf(index) => {
                let leaf = &self.leaves[*index];
                Truth { holds: leaf.holds(&memories[*index], now), momentary: leaf.momentary() }
            }
            // True because of an event if one of those that had to be true is.
            Node::All(nodes) => nodes.iter().fold(Truth { holds: true, momentary: false }, |all, node| {
                let one = self.truth_of(node, memories, now);
                Truth { holds: all.holds && one.holds, momentary: all.momentary || one.momentary }
            }),
            Node::Any(nodes) => nodes.iter().fold(Truth { holds: false, momentary: false }, |any, node| {
                let one = self.truth_of(node, memories, now);
                Truth { holds: any.holds || one.holds, momentary: any.momentary || (one.holds && one.momentary) }
            }),
            Node::Not(node) => {
                let one = self.truth_of(node, memories, now);
                Truth { holds: !one.holds, momentary: one.momentary }
            }
        }
    }

    pub(super) fn due(&self, memories: &[Memory], now: Millis) -> Option<Millis> {
        self.leaves.iter().zip(memories).filter_map(|(leaf, memory)| leaf.due(memory, now)).min()
    }

    pub(super) fn excuse(&self, memories: &mut [Memory], until: Millis) {
        for (leaf, memory) in self.leaves.iter().zip(memories) {
            leaf.excuse(memory, until);
        }
    }

    pub(super) fn momentary(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.momentary())
    }

    /// Whether nothing but an event itself decides.
    pub(super) fn is_of_one_event(&self) -> bool {
        self.leaves.iter().all(|leaf| leaf.momentary())
    }

    pub(super) fn window(&self) -> Millis {
        self.leaves.iter().map(|leaf| leaf.window()).max().unwrap_or_default()
    }

    pub(super) fn describe(&self) -> String {
        self.describe_node(&self.root)
    }

    fn describe_node(&self, node: &Node) -> String {
        let join = |nodes: &[Node], word: &str| {
            let texts = nodes.iter().map(|node| match node {
                Node::All(_) | Node::Any(_) => format!("({})", self.describe_node(node)),
                node => self.describe_node(node),
            });
            texts.collect::<Vec<_>>().join(word)
        };
        match node {
            Node::Leaf(index) => self.leaves[*index].describe(),
            Node::All(nodes) => join(nodes, speak!(" and ", " 且 ")),
            Node::Any(nodes) => join(nodes, speak!(" or ", " 或 ")),
            Node::Not(node) => format!("{} ({})", speak!("not", "非"), self.describe_node(node)),
        }
    }
}
