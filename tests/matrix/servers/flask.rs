//! Flask with flask-sse, which sends what Redis tells it, and keeps nothing.

use std::net::SocketAddr;

use super::DEFAULT_RETRY;
use crate::{
    scenario::{Ids, Promises, Server},
    support::FlaskSse,
};

impl Server for FlaskSse {
    fn address(&self) -> SocketAddr {
        FlaskSse::address(self)
    }

    fn promises(&self) -> Promises {
        Promises { ids: Ids::None, replays: false, greeting: None, retry: DEFAULT_RETRY }
    }

    fn target(&self, topic: &str) -> String {
        format!("/stream?channel={topic}")
    }

    fn publish(&self, topic: &str, text: &str) {
        self.publish_to(topic, "note", None, &text.into());
    }

    fn until_subscribed(&self, topic: &str, _times: usize) {
        self.until_subscribed_to(topic, 1);
    }

    /// It notices when it has something to say, and Redis hears of it later.
    fn until_gone(&self, topic: &str) {
        crate::support::until("flask-sse misses its subscriber", || {
            Server::publish(self, topic, "to nobody");
            match self.subscribers_of(topic) {
                0 => Ok(()),
                count => Err(format!("{count} subscribers")),
            }
        });
    }
}
