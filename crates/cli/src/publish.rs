//! `publish`: one message to a topic of the hub.

use std::{env, io, path::Path, sync::Arc};

use http::{HeaderValue, Request, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use serde_json::Value;
use streambell_engine::model::{HUB_PORT, HubInfo};
use streambell_sse::Tls;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::{args::Publish, control, failure::Failure, output, program::home, source};

/// Longer answers are not the hub's.
const LONGEST_ANSWER: usize = 1 << 20;

pub(crate) async fn publish(args: Publish) -> Result<(), Failure> {
    let message = if args.message == "-" { source::read(Path::new("-"))? } else { args.message.clone() };
    let hub = match &args.hub {
        Some(hub) => hub.clone(),
        None => running_hub().await.unwrap_or_else(|| format!("http://127.0.0.1:{HUB_PORT}")),
    };
    let url = Url::parse(&hub).ok().filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    let url = url.ok_or_else(|| Failure::usage(format!("--hub {hub}: write it like http://127.0.0.1:{HUB_PORT}")))?;
    let (status, answer) = post(&url, &args, message).await?;
    if !(200..300).contains(&status) {
        return Err(Failure::failed(format!("The hub at {hub} refused ({status}): {}", reason(&answer))));
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

/// What the hub says of it, and for want of that whatever came.
fn reason(answer: &str) -> String {
    let said = serde_json::from_str::<Value>(answer).ok();
    let said = said.as_ref().and_then(|answer| answer["error"].as_str());
    said.unwrap_or(answer.trim()).to_owned()
}

async fn post(hub: &Url, args: &Publish, message: String) -> Result<(u16, String), Failure> {
    let authority = format!("{}:{}", hub.host_str().unwrap_or_default(), hub.port_or_known_default().unwrap_or(80));
    let refused = |error: io::Error| {
        Failure::failed(format!(
            "No hub answers at {authority} ({error}). Start 'streambell', 'streambell run' or 'streambell hub'."
        ))
    };
    let request = request(&authority, args, message)?;
    if hub.scheme() == "http" {
        let stream = TcpStream::connect(&authority).await.map_err(refused)?;
        return exchange(stream, request, &authority).await;
    }
    let tls = tls(args)?;
    let stream = TcpStream::connect(&authority).await.map_err(refused)?;
    let stream = tls.connect(server_name(hub)?, stream).await.map_err(|error| {
        Failure::failed(format!(
            "The hub at {authority} did not prove who it is ({error}). Use the name that its certificate is for, and \
             --cacert if it is signed by an authority of your own."
        ))
    })?;
    exchange(stream, request, &authority).await
}

fn tls(args: &Publish) -> Result<TlsConnector, Failure> {
    let roots = args.cacert.as_deref().map(source::read).transpose()?;
    let tls = Tls::from_pem(roots.as_deref(), None).map_err(Failure::usage)?;
    let mut config = tls.client_config().map_err(Failure::failed)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}

fn server_name(hub: &Url) -> Result<ServerName<'static>, Failure> {
    let named = |_| Failure::usage(format!("--hub {hub}: no certificate can be for such a name"));
    match hub.host() {
        Some(Host::Ipv4(ip)) => Ok(std::net::IpAddr::V4(ip).into()),
        Some(Host::Ipv6(ip)) => Ok(std::net::IpAddr::V6(ip).into()),
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(named),
        None => Err(not_a_hub(hub.as_str())),
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<String>,
    authority: &str,
) -> Result<(u16, String), Failure> {
    let broken =
        |error: hyper::Error| Failure::failed(format!("The hub at {authority} broke off ({error}). Try again."));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status().as_u16();
    let body = http_body_util::Limited::new(response.into_body(), LONGEST_ANSWER);
    let body = http_body_util::BodyExt::collect(body).await.map_err(|_| not_a_hub(authority))?;
    Ok((status, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
}

fn request(authority: &str, args: &Publish, message: String) -> Result<Request<String>, Failure> {
    let topic: String = url::form_urlencoded::byte_serialize(args.topic.as_bytes()).collect();
    let mut request = Request::post(format!("/{topic}")).header(header::HOST, authority);
    if serde_json::from_str::<serde_json::Map<String, Value>>(&message).is_ok() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    if let Some(token) = args.token.clone().or_else(|| env::var("STREAMBELL_TOKEN").ok()) {
        request = request.header(header::AUTHORIZATION, bearer(token.trim())?);
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

fn bearer(token: &str) -> Result<HeaderValue, Failure> {
    let value = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut value = value.map_err(|_| Failure::usage("this token cannot be one: check --token or STREAMBELL_TOKEN"))?;
    value.set_sensitive(true);
    Ok(value)
}
