//! What a shop's products cost.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;

use super::Things;
use super::body::{Form, Given};
use super::listener::Listener;
use crate::refusal::Refusal;
use crate::routes::Shared;
use crate::thing::{Money, Name, Product};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/api/prices", get(list))
        .route("/api/prices/stream", get(follow))
        .route("/api/prices/{product}", get(one).put(price).delete(remove))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    price: Money,
    currency: Option<Name>,
}

impl Form for Tag {
    const LIKE: &'static str = r#"{"price":"12.50","currency":"EUR"}"#;
}

async fn list(State(things): State<Things>, listener: Listener) -> Result<Response, Refusal> {
    if listener.wants_events() {
        return things.follow::<Product>(&listener).await;
    }
    let mut products: Vec<Product> = things.all().await?.into_iter().map(|(_, product)| product).collect();
    products.sort_by(|a, b| a.product.cmp(&b.product));
    Ok(Json(products).into_response())
}

async fn follow(State(things): State<Things>, listener: Listener) -> Result<Response, Refusal> {
    things.follow::<Product>(&listener).await
}

async fn one(State(things): State<Things>, Path(product): Path<String>) -> Result<Json<Product>, Refusal> {
    things.one(&product).await.map(Json)
}

/// A currency that is not said stays as it was.
async fn price(
    State(things): State<Things>,
    Path(product): Path<String>,
    Given(tag): Given<Tag>,
) -> Result<Json<Product>, Refusal> {
    let product = Name::given(&product).map_err(Refusal::bad)?;
    let change = |before: Option<Product>| {
        let currency = tag.currency.clone().or(before.and_then(|before| before.currency));
        let (product, price) = (product.clone(), tag.price.clone());
        Ok(Product { product, price, currency, ts: Timestamp::now().as_millisecond() })
    };
    things.change(&product, change).await.map(Json)
}

async fn remove(State(things): State<Things>, Path(product): Path<String>) -> Result<StatusCode, Refusal> {
    things.remove::<Product>(&product).await?;
    Ok(StatusCode::NO_CONTENT)
}
