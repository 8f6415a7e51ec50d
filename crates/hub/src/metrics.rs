//! What the hub counts, for Prometheus. No label has values that a client could invent: never the name of a topic.

use std::time::Duration;

use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::store::Counts;

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    published: Counter,
    append: Histogram,
    refused: Family<Refused, Counter>,
    delivered: Counter,
    delivered_bytes: Counter,
    cut: Counter,
    missed: Counter,
    topics: Gauge,
    subscribers: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    reason: &'static str,
}

/// Why a request was refused, if it was.
fn reason(status: StatusCode) -> Option<&'static str> {
    Some(match status {
        StatusCode::BAD_REQUEST => "bad_request",
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "wrong_method",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::TOO_MANY_REQUESTS => "too_many",
        // The store could not keep or give what it was asked for.
        status if status.is_server_error() => "unavailable",
        status if status.is_client_error() => "other",
        _ => return None,
    })
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let mut registry = Registry::with_prefix("streambell_hub");
        let metrics = Metrics {
            published: Counter::default(),
            // From 10 µs, a store in memory, to 20 s, a disk or a network in trouble.
            append: Histogram::new(exponential_buckets(0.000_01, 4.0, 11)),
            refused: Family::default(),
            delivered: Counter::default(),
            delivered_bytes: Counter::default(),
            cut: Counter::default(),
            missed: Counter::default(),
            topics: Gauge::default(),
            subscribers: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("events_published", "Events taken and kept", metrics.published.clone());
        let (name, help) = ("append", "How long it took to keep an event");
        registry.register_with_unit(name, help, Unit::Seconds, metrics.append.clone());
        registry.register("requests_refused", "Requests refused", metrics.refused.clone());
        registry.register("events_delivered", "Events handed to subscribers", metrics.delivered.clone());
        let (name, help) = ("delivered", "What was handed to subscribers");
        registry.register_with_unit(name, help, Unit::Bytes, metrics.delivered_bytes.clone());
        registry.register("subscribers_cut", "Subscribers cut because they fell behind", metrics.cut.clone());
        let help = "Times that a subscriber was told that events are no longer kept";
        registry.register("replays_missed", help, metrics.missed.clone());
        registry.register("topics", "Topics that hold an event or have a subscriber", metrics.topics.clone());
        registry.register("subscribers", "Open streams", metrics.subscribers.clone());
        Metrics { registry, ..metrics }
    }

    /// An event was kept.
    pub(crate) fn published(&self, took: Duration) {
        self.published.inc();
        self.append.observe(took.as_secs_f64());
    }

    /// A request was answered so.
    pub(crate) fn answered(&self, status: StatusCode) {
        if let Some(reason) = reason(status) {
            self.refused.get_or_create(&Refused { reason }).inc();
        }
    }

    /// A subscriber was handed so much.
    pub(crate) fn delivered(&self, events: u64, bytes: usize) {
        self.delivered.inc_by(events);
        self.delivered_bytes.inc_by(bytes as u64);
    }

    /// A subscriber was cut because it fell behind.
    pub(crate) fn cut(&self) {
        self.cut.inc();
    }

    /// A subscriber was told that events are gone.
    pub(crate) fn missed(&self, times: u64) {
        self.missed.inc_by(times);
    }

    /// All of it in the OpenMetrics text format. Where the store does not answer, what it told last stands: trouble is
    /// when somebody looks here.
    pub(crate) fn text(&self, counts: Option<Counts>) -> String {
        if let Some(counts) = counts {
            self.topics.set(i64::try_from(counts.topics).unwrap_or(i64::MAX));
            self.subscribers.set(i64::try_from(counts.subscribers).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
