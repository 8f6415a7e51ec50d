//! nginx with nchan.

use std::net::SocketAddr;

use super::DEFAULT_RETRY;
use crate::{
    scenario::{Ids, Promises, Server},
    support::Nchan,
};

/// nchan keeps what is published and replays it, to a first subscriber from the start.
impl Server for Nchan {
    fn address(&self) -> SocketAddr {
        Nchan::address(self)
    }

    fn promises(&self) -> Promises {
        Promises { ids: Ids::Unique, replays: true, greeting: None, retry: DEFAULT_RETRY }
    }

    fn target(&self, topic: &str) -> String {
        format!("/sub?id={topic}")
    }

    fn publish(&self, topic: &str, text: &str) {
        Nchan::publish(self, topic, "note", text);
    }

    fn until_subscribed(&self, _topic: &str, _times: usize) {
        // It would replay what comes before.
    }
}
