//! The embedded hub: on its port, or a neighbour when that is taken; started, moved and ended as the user wishes.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use streambell_engine::{
    Home, HubFuture, HubHost, HubStanding, HubWish,
    model::{HubInfo, HubTopic, Notice, NoticeLevel, Reason},
    no_hub, speak,
};
use streambell_hub::{Hub, HubConfig, HubError, OpenError, StorePlace};
use tokio::sync::{mpsc, oneshot};

/// How many ports are tried.
const PORTS: u16 = 10;

/// What is asked of the task that has the hub.
enum Request {
    Keep(HubWish, oneshot::Sender<HubStanding>),
    Topics(oneshot::Sender<Result<Vec<HubTopic>, Reason>>),
    End(oneshot::Sender<()>),
}

/// The hub of a program, running or not. It keeps its events in the data folder. Whatever is wrong with it, the program
/// goes on.
#[derive(Debug)]
pub struct EmbeddedHub {
    requests: mpsc::Sender<Request>,
}

impl EmbeddedHub {
    /// One that does not run yet. It lives on the present tokio runtime.
    #[must_use]
    pub fn new(home: &Home) -> Self {
        Self::in_folder(home.folder().join("hub"))
    }

    fn in_folder(folder: PathBuf) -> Self {
        let (requests, queue) = mpsc::channel(1);
        tokio::spawn(serve(folder, queue));
        Self { requests }
    }

    /// Ends it in good order, for good.
    pub async fn shutdown(&self) {
        self.ask(Request::End).await;
    }

    /// `None`: it was shut down.
    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.ok()?;
        answered.await.ok()
    }
}

impl HubHost for EmbeddedHub {
    fn keep(&self, wish: HubWish) -> HubFuture<'_, HubStanding> {
        Box::pin(async move { self.ask(|answer| Request::Keep(wish, answer)).await.unwrap_or_default() })
    }

    fn topics(&self) -> HubFuture<'_, Result<Vec<HubTopic>, Reason>> {
        Box::pin(async { self.ask(Request::Topics).await.unwrap_or_else(|| Err(no_hub())) })
    }
}

async fn serve(folder: PathBuf, mut queue: mpsc::Receiver<Request>) {
    let mut running: Option<Hub> = None;
    // Who asked may have gone meanwhile, and is not missed.
    while let Some(request) = queue.recv().await {
        match request {
            Request::Keep(wish, answer) => {
                end(running.take()).await;
                let started = if wish.runs { start_from(wish.port, &folder).await } else { Started::default() };
                let _ = answer.send(started.standing());
                running = started.hub;
            }
            Request::Topics(answer) => drop(answer.send(topics(running.as_ref()).await)),
            Request::End(answer) => {
                end(running.take()).await;
                let _ = answer.send(());
                return;
            }
        }
    }
}

/// Its port and its folder are free then.
async fn end(hub: Option<Hub>) {
    if let Some(hub) = hub {
        hub.shutdown().await;
    }
}

async fn topics(hub: Option<&Hub>) -> Result<Vec<HubTopic>, Reason> {
    let hub = hub.ok_or_else(no_hub)?;
    let topics = hub.topics().await.map_err(|error| Reason {
        code: "hub_unreadable".into(),
        message: speak!(
            format!("The embedded hub cannot read what it keeps: {error}."),
            format!("内置的 Hub 无法读取其保存的内容（{error}）。"),
        ),
    })?;
    let url = url(hub);
    let topic = |(name, listed): (_, streambell_hub::Listed)| HubTopic {
        url: format!("{url}/{name}/sse"),
        name: format!("{name}"),
        events: listed.events,
        last_event_at: listed.newest.and_then(|id| id.millis().try_into().ok()),
        subscribers: listed.subscribers,
    };
    Ok(topics.into_iter().map(topic).collect())
}

fn url(hub: &Hub) -> String {
    format!("http://{}", hub.addr())
}

/// What became of a start.
#[derive(Debug, Default)]
struct Started {
    hub: Option<Hub>,
    trouble: Option<Trouble>,
}

impl Started {
    fn standing(&self) -> HubStanding {
        HubStanding {
            info: self.hub.as_ref().map(|hub| HubInfo { url: url(hub) }),
            notice: self.trouble.as_ref().map(Trouble::notice),
        }
    }
}

/// What the user should know of it.
#[derive(Debug)]
enum Trouble {
    /// It is on another port than the one that scripts expect.
    Moved { from: u16, to: u16 },
    /// It runs, and what is published is gone with the program.
    Forgets(OpenError),
    /// All its ports are taken.
    Taken { from: u16, to: u16 },
    /// It does not run.
    Failed(HubError),
}

async fn start_from(port: u16, folder: &Path) -> Started {
    let last = port.saturating_add(PORTS - 1);
    let mut store = StorePlace::Folder(folder.to_owned());
    let mut trouble = None;
    let mut candidates = port..=last;
    let mut candidate = candidates.next();
    while let Some(to) = candidate {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, to));
        match Hub::start(HubConfig { listen, store: store.clone(), ..HubConfig::default() }).await {
            Ok(hub) => {
                let moved = Some(Trouble::Moved { from: port, to }).filter(|_| to != port);
                return Started { hub: Some(hub), trouble: trouble.or(moved) };
            }
            Err(HubError::PortTaken { .. }) => candidate = candidates.next(),
            Err(HubError::Store(error)) if store != StorePlace::Memory => {
                store = StorePlace::Memory;
                trouble = Some(Trouble::Forgets(error));
            }
            Err(error) => return Started { hub: None, trouble: Some(Trouble::Failed(error)) },
        }
    }
    Started { hub: None, trouble: Some(Trouble::Taken { from: port, to: last }) }
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
            Self::Taken { from, to } => (
                NoticeLevel::Warning,
                "no_hub",
                speak!(
                    format!(
                        "The ports {from} to {to} are all taken, so scripts cannot ring through the embedded hub and the demo feeds are silent. Choose another port in Settings › Hub."
                    ),
                    format!(
                        "端口 {from} 到 {to} 全部被占用，因此脚本无法通过内置的 Hub 提醒，演示订阅源也没有内容。请在“设置 › Hub”中选择其他端口。"
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
    use streambell_hub::Message;
    use tokio::net::TcpListener;

    use super::*;

    async fn free_port() -> (TcpListener, u16) {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Ten free ports in a row are likely above one that was free.
        let port = taken.local_addr().unwrap().port().min(u16::MAX - PORTS);
        (taken, port)
    }

    #[tokio::test]
    async fn a_taken_port_moves_the_hub_and_says_so_until_it_is_free() {
        let (taken, port) = free_port().await;
        let folder = tempfile::tempdir().unwrap();
        let hub = EmbeddedHub::in_folder(folder.path().to_owned());
        let wish = HubWish { runs: true, port };
        let HubStanding { info, notice } = hub.keep(wish).await;
        let (info, notice) = (info.expect("a neighbour is free"), notice.expect("it moved"));
        assert_ne!(info.url, format!("http://127.0.0.1:{port}"));
        assert_eq!(notice.reason.code, "hub_moved");
        assert!(notice.reason.message.contains(&info.url), "{}", notice.reason.message);

        drop(taken);
        let info = Some(HubInfo { url: format!("http://127.0.0.1:{port}") });
        assert_eq!(hub.keep(wish).await, HubStanding { info, notice: None });
        hub.shutdown().await;
    }

    #[tokio::test]
    async fn the_last_port_that_there_is_has_no_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        let _taken = TcpListener::bind(("127.0.0.1", u16::MAX)).await;
        let started = start_from(u16::MAX, folder.path()).await;
        let notice = started.standing().notice.expect("it does not run");
        assert!(notice.reason.message.contains("65535 to 65535"), "{}", notice.reason.message);
    }

    #[tokio::test]
    async fn without_a_folder_it_runs_and_says_what_that_means() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-file");
        std::fs::write(&file, "").unwrap();
        let (taken, port) = free_port().await;
        drop(taken);
        let started = start_from(port, &file).await;
        assert!(started.hub.is_some());
        assert_eq!(started.standing().notice.map(|notice| notice.reason.code).as_deref(), Some("hub_forgets"));
        end(started.hub).await;
    }

    #[tokio::test]
    async fn what_was_published_is_there_when_it_was_off_in_between() {
        let (taken, port) = free_port().await;
        drop(taken);
        let folder = tempfile::tempdir().unwrap();
        let started = start_from(port, folder.path()).await;
        let id = started.hub.as_ref().unwrap().publish("backups", Message::text("done")).await.unwrap();
        end(started.hub).await;

        let hub = EmbeddedHub::in_folder(folder.path().to_owned());
        let url = hub.keep(HubWish { runs: true, port }).await.info.expect("it runs").url;
        let topic = HubTopic {
            name: "backups".into(),
            url: format!("{url}/backups/sse"),
            events: 1,
            last_event_at: id.millis().try_into().ok(),
            subscribers: 0,
        };
        assert_eq!(hub.topics().await, Ok(vec![topic]));

        assert_eq!(hub.keep(HubWish { runs: false, port }).await, HubStanding::default());
        assert_eq!(hub.topics().await.unwrap_err().code, "no_hub");
        drop(TcpListener::bind(("127.0.0.1", port)).await.expect("its port is free"));
        hub.shutdown().await;
        assert_eq!(hub.keep(HubWish { runs: true, port }).await, HubStanding::default());
    }
}
