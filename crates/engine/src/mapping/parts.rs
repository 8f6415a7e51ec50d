//! What the readings of an event are made of, where that is not the event as a whole.

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use super::json_path;
use crate::{EngineError, model::Each};

/// At most so many readings of one event: an array of a million numbers is no dashboard.
pub(super) const MAX_READINGS: usize = 500;

/// [`Mapping::each`](crate::model::Mapping), compiled: of several paths, the first that finds something.
#[derive(Debug)]
pub(crate) struct Parts(Vec<JsonPath>);

/// A part of an event's data, or all of them.
pub(super) struct Part<'v> {
    pub(super) value: &'v Value,
    /// Its name, or its number, where it was found.
    pub(super) name: Option<String>,
}

impl Parts {
    /// `None`: the paths are empty.
    ///
    /// # Errors
    /// When something is not a JSONPath.
    pub(super) fn new(each: &Each) -> Result<Option<Self>, EngineError> {
        let paths = each.paths().iter().map(|path| path.trim()).filter(|path| !path.is_empty());
        let paths: Vec<_> = paths.map(|path| json_path(path, "map.each")).collect::<Result<_, _>>()?;
        Ok((!paths.is_empty()).then_some(Self(paths)))
    }

    /// Of a feed that is kept. One whose paths are none has none.
    pub(crate) fn of(each: &Each) -> Option<Self> {
        Self::new(each).ok().flatten()
    }

    /// The part that a reading was made of.
    pub(crate) fn nth<'v>(&self, whole: &'v Value, nth: usize) -> Option<&'v Value> {
        self.0.iter().map(|path| path.query(whole)).find(|found| !found.is_empty())?.get(nth)
    }

    pub(super) fn all<'v>(&self, whole: &'v Value) -> Vec<Part<'v>> {
        let found = self.0.iter().map(|path| path.query_located(whole)).find(|found| !found.is_empty());
        let parts = found.iter().flat_map(|found| found.iter()).take(MAX_READINGS);
        let name = |element: &PathElement<'_>| match element {
            PathElement::Name(name) => (*name).to_owned(),
            PathElement::Index(index) => index.to_string(),
        };
        parts.map(|part| Part { value: part.node(), name: part.location().last().map(name) }).collect()
    }
}
