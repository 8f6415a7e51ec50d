//! What the hub answers to.

mod metrics;
mod page;
mod publish;
mod subscribe;
mod topics;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{delete, get, put};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::api::{self, Things};
use crate::delivery::Format;
use crate::demo::Demos;
use crate::door::Entrance;
use crate::intake::Intake;
use crate::refusal::Refusal;
use crate::subscription::Rhythm;

pub(crate) use subscribe::{Place, event_stream};

/// What the routes need.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) intake: Arc<Intake>,
    pub(crate) demos: Option<Arc<Demos>>,
    pub(crate) things: Things,
    pub(crate) rhythm: Rhythm,
    /// Ends every stream.
    pub(crate) stop: CancellationToken,
}

pub(crate) fn router(shared: Shared, entrance: Entrance, max_body: usize) -> Router {
    let sse = get(subscribe::sse);
    let json = get(|state, visitor, topics, query, headers| {
        subscribe::lines(Format::Json, state, visitor, topics, query, headers)
    });
    let raw = get(|state, visitor, topics, query, headers| {
        subscribe::lines(Format::Raw, state, visitor, topics, query, headers)
    });
    // `get` alone would also publish when asked for the head only.
    let trigger = get(publish::trigger).head(wrong_method);
    let clear = put(publish::clear).post(publish::clear);
    let sequence = delete(publish::delete).post(publish::update).put(publish::update).get(nothing_here);
    let mut router = Router::new()
        .route("/", get(page::page).post(publish::form).put(publish::form))
        .route("/page.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/bell.svg", get(page::bell))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics::metrics))
        .route("/topics", get(topics::topics))
        .route("/{topic}", get(page::topic).post(publish::publish).put(publish::publish))
        .route("/{topic}/sse", sse)
        .route("/{topic}/json", json)
        .route("/{topic}/raw", raw)
        .route("/{topic}/publish", trigger.clone())
        .route("/{topic}/send", trigger.clone())
        .route("/{topic}/trigger", trigger)
        .route("/{topic}/{sequence}", sequence)
        .route("/{topic}/{sequence}/clear", clear.clone())
        .route("/{topic}/{sequence}/read", clear)
        .merge(api::router());
    if let Some(demos) = &shared.demos {
        for demo in demos.iter() {
            let demo = demo.clone();
            let path = format!("/demo/{}", demo.name());
            router =
                router.route(&path, get(move |state, query, headers| subscribe::watch(demo, state, query, headers)));
        }
    }
    let router =
        router.method_not_allowed_fallback(wrong_method).fallback(nothing_here).layer(DefaultBodyLimit::max(max_body));
    // Outermost, so that it sees every refusal.
    let count = middleware::from_fn_with_state(shared.intake.metrics.clone(), metrics::count);
    entrance.before(router).layer(count).with_state(shared)
}

/// Whether it lives, and can keep what is published.
async fn healthz(State(shared): State<Shared>) -> Result<Json<Value>, Refusal> {
    let counts = shared.intake.store.counts().await?;
    Ok(Json(json!({ "status": "ok", "topics": counts.topics, "subscribers": counts.subscribers })))
}

async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "publish with POST /{topic}, subscribe with GET /{topic}/sse")
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "nothing here: publish with POST /{topic}, subscribe with GET /{topic}/sse")
}
