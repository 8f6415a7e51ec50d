//! Jobs: started here, and played by the hub's clock or worked on by whoever reports how far they are.

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::Things;
use super::body::{Form, Given};
use super::listener::Listener;
use super::only::only;
use super::things::Kept;
use crate::event::EventId;
use crate::refusal::Refusal;
use crate::routes::Shared;
use crate::thing::{Entity, Job, Name, Status, Words};

/// What a job comes to where nobody says.
const TOTAL: u64 = 100;
/// How long one takes.
const SECONDS: u64 = 30;
const MAX_TOTAL: u64 = 1_000_000_000_000;
const MAX_SECONDS: u64 = 24 * 60 * 60;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/api/start", post(start))
        .route("/api/progress", get(follow).post(report))
        .route("/api/progress/{job}", get(one).put(report_of).delete(remove))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    job: Option<Name>,
    total: Option<u64>,
    seconds: Option<u64>,
}

impl Form for Order {
    const LIKE: &'static str = r#"{"job":"backup","total":100,"seconds":30}"#;
}

/// What a worker says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    job: Option<Name>,
    progress: Option<u64>,
    total: Option<u64>,
    status: Option<Status>,
    message: Option<Words>,
}

impl Form for Report {
    const LIKE: &'static str = r#"{"job":"backup","progress":40,"total":100,"message":"copying"}"#;
}

async fn start(State(things): State<Things>, Given(order): Given<Order>) -> Result<(StatusCode, Json<Job>), Refusal> {
    let (total, seconds) = (order.total.unwrap_or(TOTAL), order.seconds.unwrap_or(SECONDS));
    if !(1..=MAX_TOTAL).contains(&total) || !(1..=MAX_SECONDS).contains(&seconds) {
        return Err(Refusal::bad(format!("total is 1 to {MAX_TOTAL}, and seconds are 1 to {MAX_SECONDS}")));
    }
    let begin = |job: Name| {
        let message = Some(Words::own("started"));
        Job { job, progress: 0, total, status: Status::Running, message, seconds: Some(seconds) }
    };
    let job = match order.job {
        Some(name) => {
            make_room(&things, &name).await?;
            things.change(&name, |before| restart(before, begin(name.clone()))).await?
        }
        None => start_another(&things, begin).await?,
    };
    Ok((StatusCode::ACCEPTED, Json(job)))
}

fn restart(before: Option<Job>, next: Job) -> Result<Job, Refusal> {
    match before {
        Some(Job { status: Status::Running, job, .. }) => {
            let reason = format!("job {} runs already: wait until it is over, or give another name", &*job);
            Err(Refusal::new(StatusCode::CONFLICT, reason))
        }
        _ => Ok(next),
    }
}

/// Starts a job under a name that no other has.
async fn start_another(things: &Things, begin: impl Fn(Name) -> Job) -> Result<Job, Refusal> {
    let jobs = things.all::<Job>().await?;
    let numbers = jobs.iter().filter_map(|(_, job)| job.job.strip_prefix("job-")?.parse().ok());
    let mut number: u32 = numbers.max().unwrap_or(0);
    loop {
        number = number.saturating_add(1);
        let job = begin(Name::own(format!("job-{number}")));
        make_room(things, &job.job).await?;
        if things.make(&job).await? {
            return Ok(job);
        }
    }
}

/// Lets go of the job that has been over for longest, where this one is new and there is no room for it.
async fn make_room(things: &Things, name: &str) -> Result<(), Refusal> {
    let jobs = things.all::<Job>().await?;
    if jobs.len() < Job::MOST || jobs.iter().any(|(_, job)| &*job.job == name) {
        return Ok(());
    }
    if let Some((at, over)) = jobs.iter().find(|(_, job)| job.status != Status::Running) {
        things.replace::<Job>(*at, Job::gone(&over.job)).await?;
    }
    Ok(())
}

async fn report(State(things): State<Things>, Given(report): Given<Report>) -> Result<Json<Job>, Refusal> {
    let Some(name) = report.job.clone() else {
        return Err(Refusal::bad(format!("say which job it is: send JSON like {}", Report::LIKE)));
    };
    take(&things, name, report).await
}

async fn report_of(
    State(things): State<Things>,
    Path(job): Path<String>,
    Given(report): Given<Report>,
) -> Result<Json<Job>, Refusal> {
    let name = Name::given(&job).map_err(Refusal::bad)?;
    if report.job.as_ref().is_some_and(|job| *job != name) {
        return Err(Refusal::bad("the address and the body name different jobs: leave the job out of the body"));
    }
    take(&things, name, report).await
}

/// Takes a report. From then on the hub's clock leaves the job alone.
async fn take(things: &Things, name: Name, report: Report) -> Result<Json<Job>, Refusal> {
    if things.find::<Job>(&name).await?.0 == EventId::ZERO {
        make_room(things, &name).await?;
    }
    let next = |before: Option<Job>| {
        let before = before.as_ref();
        let total = report.total.or(before.map(|job| job.total)).unwrap_or(TOTAL);
        let progress = match (report.progress, report.status) {
            (Some(progress), _) => progress,
            (None, Some(Status::Done)) => total,
            (None, _) => before.map_or(0, |job| job.progress),
        };
        if !(1..=MAX_TOTAL).contains(&total) || progress > total {
            return Err(Refusal::bad(format!("progress is 0 to total, which is {total} and may be 1 to {MAX_TOTAL}")));
        }
        let status = report.status.unwrap_or(if progress == total { Status::Done } else { Status::Running });
        Ok(Job { job: name.clone(), progress, total, status, message: report.message.clone(), seconds: None })
    };
    things.change(&name, next).await.map(Json)
}

#[derive(Deserialize)]
struct Choice {
    job: Option<String>,
}

async fn follow(
    State(things): State<Things>,
    listener: Listener,
    Query(Choice { job }): Query<Choice>,
) -> Result<Response, Refusal> {
    let Some(job) = job else { return things.follow::<Job>(&listener).await };
    things.one::<Job>(&job).await?;
    things.listen(&[Job::TOPIC], Job::MOST, &listener, move |chunk| only(&chunk, Job::NAME, &job)).await
}

async fn one(State(things): State<Things>, Path(job): Path<String>) -> Result<Json<Job>, Refusal> {
    things.one(&job).await.map(Json)
}

async fn remove(State(things): State<Things>, Path(job): Path<String>) -> Result<StatusCode, Refusal> {
    things.remove::<Job>(&job).await?;
    Ok(StatusCode::NO_CONTENT)
}
