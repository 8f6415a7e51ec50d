//! A connection that runs by itself, and what it told so far.

use std::sync::mpsc::{Receiver, channel};

use streambell_sse::{Client, Config, Connection, Event, RetryHandle, Signal, Status};
use tokio::runtime::{Builder, Runtime};

use crate::support::PATIENCE;

pub(crate) struct Watched {
    signals: Receiver<Signal>,
    retry: RetryHandle,
    /// Events that came while something else was waited for.
    events: Vec<Event>,
    runtime: Option<Runtime>,
}

impl Watched {
    pub(crate) fn new(config: Config) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sender, signals) = channel();
        let _entered = runtime.enter();
        // Without chance, a wait is just the time that the server asked for, or the default.
        let mut connection = Connection::with_chance(Client::new().unwrap(), config, || 0.0);
        let retry = connection.retry_handle();
        runtime.spawn(async move {
            while let Some(signal) = connection.next().await {
                if sender.send(signal).is_err() {
                    break;
                }
            }
        });
        Self { signals, retry, events: Vec::new(), runtime: Some(runtime) }
    }

    /// The next `count` events; any other end than these is a failure, a wait is not.
    pub(crate) fn events(&mut self, count: usize) -> Vec<Event> {
        while self.events.len() < count {
            if let Some(status @ Status::Stopped(_)) = self.turn() {
                panic!("{status:?} after {:?}", self.events);
            }
        }
        self.events.drain(..count).collect()
    }

    /// The next status that is not `Connecting`; events that come before it are kept.
    pub(crate) fn status(&mut self) -> Status {
        loop {
            match self.turn() {
                None | Some(Status::Connecting) => {}
                Some(status) => return status,
            }
        }
    }

    /// What it told of its status until now and was not asked for.
    pub(crate) fn so_far(&mut self) -> Vec<Status> {
        let mut statuses = Vec::new();
        for signal in self.signals.try_iter() {
            match signal {
                Signal::Status(status) => statuses.push(status),
                Signal::Events(events) => self.events.extend(events),
                Signal::Lost => panic!("nothing was to be lost"),
            }
        }
        statuses
    }

    /// The next status of waiting or of having stopped.
    pub(crate) fn trouble(&mut self) -> Status {
        loop {
            match self.status() {
                Status::Open => {}
                status => return status,
            }
        }
    }

    pub(crate) fn retry_now(&self) {
        self.retry.retry_now();
    }

    fn turn(&mut self) -> Option<Status> {
        let signal = self.signals.recv_timeout(PATIENCE);
        match signal.unwrap_or_else(|error| panic!("{error} after {:?}", self.events)) {
            Signal::Status(status) => Some(status),
            Signal::Events(events) => {
                self.events.extend(events);
                None
            }
            Signal::Lost => panic!("nothing was to be lost"),
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
