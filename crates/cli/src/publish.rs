//! `publish`: one message to a topic of the hub.

use std::path::Path;

use http::{Request, header::HOST};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use streambell_engine::model::HubInfo;
use tokio::net::TcpStream;
use url::Url;

use crate::{args::Publish, control, failure::Failure, hub::PORT, output, program::home, source};

/// Longer answers are not the hub's.
const LONGEST_ANSWER: usize = 1 << 20;

pub(crate) async fn publish(args: Publish) -> Result<(), Failure> {
    let message = if args.message == "-" { source::read(Path::new("-"))? } else { args.message.clone() };
    let hub = match &args.hub {
        Some(hub) => hub.clone(),
        None => running_hub().await.unwrap_or_else(|| format!("http://127.0.0.1:{PORT}")),
    };
    let url = Url::parse(&hub).ok().filter(|url| url.scheme() == "http" && url.has_host());
    let url = url.ok_or_else(|| Failure::usage(format!("--hub {hub}: write it like http://127.0.0.1:{PORT}")))?;
    let (status, answer) = post(&url, &args, message).await?;
    if !(200..300).contains(&status) {
        return Err(Failure::failed(format!("The hub at {hub} refused ({status}): {}", answer.trim())));
    }
    let answer: Value = serde_json::from_str(&answer).map_err(|_| not_a_hub(&hub))?;
    Ok(output::print(&answer)?)
}

async fn running_hub() -> Option<String> {
    let mut client = control::Client::connect(&home().ok()?).await?;
    let info: Option<HubInfo> = client.ask(&control::Request::Hub).await.ok()?;
    info.map(|info| info.url)
}

fn not_a_hub(hub: &str) -> Failure {
    Failure::failed(format!("What answers at {hub} is not a hub. Name one with --hub."))
}

async fn post(hub: &Url, args: &Publish, message: String) -> Result<(u16, String), Failure> {
    let authority = format!("{}:{}", hub.host_str().unwrap_or_default(), hub.port_or_known_default().unwrap_or(80));
    let refused = |error: std::io::Error| {
        Failure::failed(format!(
            "No hub answers at {authority} ({error}). Start 'streambell', 'streambell run' or 'streambell hub'."
        ))
    };
    let stream = TcpStream::connect(&authority).await.map_err(refused)?;
    let request = request(&authority, args, message)?;
    let broken =
        |error: hyper::Error| Failure::failed(format!("The hub at {authority} broke off ({error}). Try again."));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status().as_u16();
    let body = http_body_util::Limited::new(response.into_body(), LONGEST_ANSWER);
    let body = http_body_util::BodyExt::collect(body).await.map_err(|_| not_a_hub(&authority))?;
    Ok((status, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
}

fn request(authority: &str, args: &Publish, message: String) -> Result<Request<String>, Failure> {
    let topic: String = url::form_urlencoded::byte_serialize(args.topic.as_bytes()).collect();
    let mut request = Request::post(format!("/{topic}")).header(HOST, authority);
    if serde_json::from_str::<serde_json::Map<String, Value>>(&message).is_ok() {
        request = request.header(http::header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in [
        ("Title", args.title.clone()),
        ("Priority", args.priority.map(|priority| priority.to_string())),
        ("Click", args.click.clone()),
    ] {
        if let Some(value) = value {
            request = request.header(name, value.as_bytes());
        }
    }
    request.body(message).map_err(|_| Failure::usage("a title and an address cannot have line breaks"))
}
