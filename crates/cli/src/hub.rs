//! The embedded hub: on its port, or a neighbour when that is taken.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use streambell_engine::{
    Home,
    model::{HubInfo, Notice, NoticeLevel, Reason},
    speak,
};
use streambell_hub::{Hub, HubConfig, HubError, OpenError, StorePlace};

/// Where scripts expect the hub.
pub const PORT: u16 = 7788;
/// How many ports are tried.
const PORTS: u16 = 10;

/// What became of the embedded hub.
#[derive(Debug, Default)]
pub struct EmbeddedHub {
    /// The hub, if it runs. It stops when it is dropped.
    pub hub: Option<Hub>,
    trouble: Option<Trouble>,
}

/// What the user should know of it.
#[derive(Debug)]
enum Trouble {
    /// It is on another port than the one that scripts expect.
    Moved { from: u16, to: u16 },
    /// It runs, and what is published is gone with the program.
    Forgets(OpenError),
    /// All its ports are taken, from this one on.
    Taken { from: u16 },
    /// It does not run.
    Failed(HubError),
}

impl EmbeddedHub {
    /// Where it is, for the engine.
    #[must_use]
    pub fn info(&self) -> Option<HubInfo> {
        self.hub.as_ref().map(|hub| HubInfo { url: format!("http://{}", hub.addr()) })
    }

    /// What the user should know of it, in the language that is spoken now.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        self.trouble.as_ref().map(Trouble::notice)
    }

    /// Ends it in good order.
    pub async fn shutdown(self) {
        if let Some(hub) = self.hub {
            hub.shutdown().await;
        }
    }
}

/// Starts the hub on port 7788, or on one of the next nine if that is taken. It keeps its events in the data folder.
/// Whatever is wrong with it, the program goes on.
pub async fn start(home: &Home) -> EmbeddedHub {
    start_from(PORT, &home.folder().join("hub")).await
}

async fn start_from(port: u16, folder: &Path) -> EmbeddedHub {
    let last = port.saturating_add(PORTS - 1);
    let mut store = StorePlace::Folder(folder.to_owned());
    let mut trouble = None;
    let mut candidate = port;
    while candidate <= last {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, candidate));
        match Hub::start(HubConfig { listen, store: store.clone(), ..HubConfig::default() }).await {
            Ok(hub) => {
                let moved = Some(Trouble::Moved { from: port, to: candidate }).filter(|_| candidate != port);
                return EmbeddedHub { hub: Some(hub), trouble: trouble.or(moved) };
            }
            Err(HubError::PortTaken { .. }) => candidate += 1,
            Err(HubError::Store(error)) if store != StorePlace::Memory => {
                store = StorePlace::Memory;
                trouble = Some(Trouble::Forgets(error));
            }
            Err(error) => return EmbeddedHub { hub: None, trouble: Some(Trouble::Failed(error)) },
        }
    }
    EmbeddedHub { hub: None, trouble: Some(Trouble::Taken { from: port }) }
}

impl Trouble {
    fn notice(&self) -> Notice {
        let (level, code, message) = match self {
            Self::Moved { from, to } => (
                NoticeLevel::Info,
                "hub_moved",
                speak!(
                    format!(
                        "Port {from} is taken by another program, so the embedded hub listens on http://127.0.0.1:{to} this time. Scripts that ring must use that address."
                    ),
                    format!(
                        "端口 {from} 已被其他程序占用，因此内置的 Hub 这次在 http://127.0.0.1:{to} 上监听。用来提醒的脚本必须使用这个地址。"
                    ),
                ),
            ),
            Self::Forgets(error) => (
                NoticeLevel::Warning,
                "hub_forgets",
                speak!(
                    format!("The embedded hub keeps its messages only until Streambell ends: {error}."),
                    format!("内置的 Hub 只能将消息保存到 Streambell 结束为止（{error}）。"),
                ),
            ),
            Self::Taken { from } => (
                NoticeLevel::Warning,
                "no_hub",
                speak!(
                    format!(
                        "The ports {from} to {} are all taken, so scripts cannot ring through the embedded hub and the demo feeds are silent. Close the programs that use them, then restart Streambell.",
                        from + PORTS - 1
                    ),
                    format!(
                        "端口 {from} 到 {} 全部被占用，因此脚本无法通过内置的 Hub 提醒，演示订阅源也没有内容。请关闭占用这些端口的程序，然后重新启动 Streambell。",
                        from + PORTS - 1
                    ),
                ),
            ),
            Self::Failed(error) => (
                NoticeLevel::Warning,
                "no_hub",
                speak!(
                    format!("The embedded hub does not run: {error}. Everything else works."),
                    format!("内置的 Hub 没有运行（{error}）。其他功能不受影响。"),
                ),
            ),
        };
        Notice { level, reason: Reason { code: code.to_owned(), message } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_moves_the_hub_and_says_so() {
        // Ten free ports in a row are likely above one that was free.
        let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port().min(u16::MAX - PORTS);
        let folder = tempfile::tempdir().unwrap();
        let started = start_from(port, folder.path()).await;
        let info = started.info().expect("a neighbour is free");
        assert_ne!(info.url, format!("http://127.0.0.1:{port}"));
        let notice = started.notice().expect("it moved");
        assert_eq!(notice.reason.code, "hub_moved");
        assert!(notice.reason.message.contains(&info.url), "{}", notice.reason.message);
        started.shutdown().await;
    }

    #[tokio::test]
    async fn without_a_folder_it_runs_and_says_what_that_means() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-file");
        std::fs::write(&file, "").unwrap();
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let started = start_from(port.min(u16::MAX - PORTS), &file).await;
        assert!(started.hub.is_some());
        assert_eq!(started.notice().map(|notice| notice.reason.code).as_deref(), Some("hub_forgets"));
        started.shutdown().await;
    }
}
