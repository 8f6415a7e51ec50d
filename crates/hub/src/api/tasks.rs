//! A task list.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;

use super::Things;
use super::body::{Form, Given};
use super::listener::Listener;
use super::things::missing;
use crate::refusal::Refusal;
use crate::routes::Shared;
use crate::thing::{Name, Task};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/api/tasks", get(list).post(add))
        .route("/api/tasks/stream", get(follow))
        .route("/api/tasks/{id}", get(one).patch(change).delete(remove))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    title: Name,
    #[serde(default)]
    done: bool,
}

impl Form for New {
    const LIKE: &'static str = r#"{"title":"Restock Sencha"}"#;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    title: Option<Name>,
    done: Option<bool>,
}

impl Form for Change {
    const LIKE: &'static str = r#"{"done":true}"#;
}

async fn list(State(things): State<Things>, listener: Listener) -> Result<Response, Refusal> {
    if listener.wants_events() {
        return things.follow::<Task>(&listener).await;
    }
    let mut tasks: Vec<Task> = things.all().await?.into_iter().map(|(_, task)| task).collect();
    tasks.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Json(tasks).into_response())
}

async fn follow(State(things): State<Things>, listener: Listener) -> Result<Response, Refusal> {
    things.follow::<Task>(&listener).await
}

async fn one(State(things): State<Things>, Path(id): Path<String>) -> Result<Json<Task>, Refusal> {
    things.one(&id).await.map(Json)
}

async fn add(State(things): State<Things>, Given(new): Given<New>) -> Result<Response, Refusal> {
    let mut time = Timestamp::now().as_millisecond().unsigned_abs();
    loop {
        let task = Task { id: id_of(time), title: new.title.clone(), done: new.done };
        if things.make(&task).await? {
            let location = format!("/api/tasks/{}", task.id);
            return Ok((StatusCode::CREATED, [(LOCATION, location)], Json(task)).into_response());
        }
        // Another was made in the same millisecond.
        time += 1;
    }
}

async fn change(
    State(things): State<Things>,
    Path(id): Path<String>,
    Given(Change { title, done }): Given<Change>,
) -> Result<Json<Task>, Refusal> {
    if title.is_none() && done.is_none() {
        return Err(Refusal::bad(format!("say what changes, title or done: send JSON like {}", Change::LIKE)));
    }
    let change = |task: Option<Task>| {
        let task = task.ok_or_else(|| missing::<Task>(&id))?;
        Ok(Task { id: task.id, title: title.clone().unwrap_or(task.title), done: done.unwrap_or(task.done) })
    };
    things.change(&id, change).await.map(Json)
}

async fn remove(State(things): State<Things>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    things.remove::<Task>(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id of a time: short, never given twice, and in the order of the times.
fn id_of(millis: u64) -> String {
    let mut rest = millis;
    let mut id = Vec::new();
    while rest > 0 {
        id.extend(char::from_digit(u32::try_from(rest % 36).unwrap_or(0), 36));
        rest /= 36;
    }
    id.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn ids_are_in_the_order_of_their_times() {
        let ids = [1_700_000_000_000, 1_795_227_709_123, 1_795_227_709_124, 2_800_000_000_000].map(id_of);
        assert_eq!(ids[1], "mwps85oj");
        assert!(ids.is_sorted() && ids.iter().all(|id| id.len() == 8), "{ids:?}");
    }
}
