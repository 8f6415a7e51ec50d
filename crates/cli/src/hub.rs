//! The embedded hub: on its port, or a neighbour when that is taken.

use std::net::{Ipv4Addr, SocketAddr};

use streambell_engine::model::{HubInfo, Notice, NoticeLevel, Reason};
use streambell_hub::{Hub, HubConfig, HubError};

/// Where scripts expect the hub.
pub const PORT: u16 = 7788;
/// How many ports are tried.
const PORTS: u16 = 10;

/// What became of the embedded hub.
#[derive(Debug)]
pub struct EmbeddedHub {
    /// The hub, if it runs. It stops when it is dropped.
    pub hub: Option<Hub>,
    /// What the user should know of it.
    pub notice: Option<Notice>,
}

impl EmbeddedHub {
    /// Where it is, for the engine.
    #[must_use]
    pub fn info(&self) -> Option<HubInfo> {
        self.hub.as_ref().map(|hub| HubInfo { url: format!("http://{}", hub.addr()) })
    }

    /// Ends it in good order.
    pub async fn shutdown(self) {
        if let Some(hub) = self.hub {
            hub.shutdown().await;
        }
    }
}

/// Starts the hub on port 7788, or on one of the next nine if that is taken. Without any, the program goes on.
pub async fn start() -> EmbeddedHub {
    start_from(PORT).await
}

async fn start_from(port: u16) -> EmbeddedHub {
    let mut last = None;
    for candidate in port..port.saturating_add(PORTS) {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, candidate));
        match Hub::start(HubConfig { listen, ..HubConfig::default() }).await {
            Ok(hub) => {
                return EmbeddedHub { hub: Some(hub), notice: (candidate != port).then(|| moved(port, candidate)) };
            }
            Err(error @ HubError::PortTaken { .. }) => last = Some(error),
            Err(error) => {
                last = Some(error);
                break;
            }
        }
    }
    let message = match last {
        Some(HubError::PortTaken { .. }) => format!(
            "The ports {port} to {} are all taken, so scripts cannot ring through the embedded hub and the demo feeds are silent. Close the programs that use them, then restart Streambell.",
            port + PORTS - 1
        ),
        Some(error) => format!("The embedded hub does not run: {error}. Everything else works."),
        None => return EmbeddedHub { hub: None, notice: None },
    };
    EmbeddedHub { hub: None, notice: Some(notice(NoticeLevel::Warning, "no_hub", message)) }
}

fn moved(from: u16, to: u16) -> Notice {
    let message = format!(
        "Port {from} is taken by another program, so the embedded hub listens on http://127.0.0.1:{to} this time. Scripts that ring must use that address."
    );
    notice(NoticeLevel::Info, "hub_moved", message)
}

fn notice(level: NoticeLevel, code: &str, message: String) -> Notice {
    Notice { level, reason: Reason { code: code.to_owned(), message } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_moves_the_hub_and_says_so() {
        // Ten free ports in a row are likely above one that was free.
        let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port().min(u16::MAX - PORTS);
        let started = start_from(port).await;
        let info = started.info().expect("a neighbour is free");
        assert_ne!(info.url, format!("http://127.0.0.1:{port}"));
        let notice = started.notice.clone().expect("it moved");
        assert_eq!(notice.reason.code, "hub_moved");
        assert!(notice.reason.message.contains(&info.url), "{}", notice.reason.message);
        started.shutdown().await;
    }
}
