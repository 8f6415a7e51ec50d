//! Which events a subscriber wants, as ntfy has it.

use crate::event::Event;
use crate::gist::Origin;
use crate::message::{NotAPriority, Priority};
use crate::params::{MESSAGE, Names, PRIORITY, Said, TAGS, TITLE};

const ID: Names = &["x-id", "id"];

/// What must be true of an event. One that asks for nothing is true of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Filter {
    id: Option<String>,
    title: Option<String>,
    message: Option<String>,
    /// Any of these; none: any.
    priorities: Vec<Priority>,
    /// All of these.
    tags: Vec<String>,
}

impl Filter {
    pub(crate) fn read(said: &impl Said) -> Result<Filter, NotAPriority> {
        Ok(Filter {
            id: said.get(ID),
            title: said.get(TITLE),
            message: said.get(MESSAGE),
            priorities: said.list(PRIORITY).iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
            tags: said.list(TAGS),
        })
    }

    /// Whether all events pass.
    pub(crate) fn is_open(&self) -> bool {
        *self == Filter::default()
    }

    pub(crate) fn admits(&self, event: &Event) -> bool {
        if self.id.as_ref().is_some_and(|id| *id != event.id.to_string()) {
            return false;
        }
        let Filter { id: _, title, message, priorities, tags } = self;
        if title.is_none() && message.is_none() && priorities.is_empty() && tags.is_empty() {
            return true;
        }
        let gist = event.gist();
        // News of an earlier message is for whoever may have that message.
        gist.origin == Origin::Change
            || (title.is_none() || *title == gist.title)
                && (message.is_none() || *message == gist.message)
                && (priorities.is_empty() || priorities.contains(&gist.priority))
                && tags.iter().all(|tag| gist.tags.contains(tag))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::message::{Change, Message};
    use crate::params::Params;

    fn event(message: Message) -> std::sync::Arc<Event> {
        let id = "1000-0".parse().unwrap();
        let (kind, data, key) = message.into_event(id, &"t".parse().unwrap());
        Event::new(id, kind.as_deref(), &data, key)
    }

    #[test]
    fn what_passes() {
        let text = event(Message::text("m").title("T").priority(Priority::High).tags(["zfs", "error"]));
        let plain = event(Message::text("other"));
        let json = event(Message::json(r#"{"title":"T","priority":4,"tags":["zfs"],"price":"1.20"}"#).unwrap());
        let gone = event(Message::changed("s".parse().unwrap(), Change::Deleted));
        // Which of text, plain, json and gone pass.
        let cases = [
            ("", [true, true, true, true]),
            ("id=1000-0", [true, true, true, true]),
            ("id=1000-1", [false, false, false, false]),
            ("title=T", [true, false, true, true]),
            ("m=other", [false, true, false, true]),
            ("p=high", [true, false, true, true]),
            ("p=4,urgent", [true, false, true, true]),
            ("priority=3", [false, true, false, true]),
            ("tags=zfs", [true, false, true, true]),
            ("tags=error,zfs", [true, false, false, true]),
            ("tags=zfs&priority=5", [false, false, false, true]),
        ];
        for (query, expected) in cases {
            let headers = HeaderMap::new();
            let filter = Filter::read(&Params::new(&headers, Some(query))).unwrap();
            let passed = [&text, &plain, &json, &gone].map(|event| filter.admits(event));
            assert_eq!(passed, expected, "{query}");
            assert_eq!(filter.is_open(), query.is_empty(), "{query}");
        }
        assert_eq!(Filter::read(&Params::new(&HeaderMap::new(), Some("p=9"))), Err(NotAPriority));
    }
}
