//! The servers, each a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use streambell_hub::{Hub, HubConfig, Limits, StorePlace};
use tempfile::TempDir;

use crate::Result;

/// The argument that makes this program a hub.
pub(crate) const ROLE: &str = "--serve";

const NGINX: &str = "load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
master_process off;
pid @DIR@/nginx.pid;
error_log @DIR@/error.log warn;
worker_rlimit_nofile 65536;
events { worker_connections 32768; }
http {
    access_log off;
    client_body_temp_path @DIR@/body;
    proxy_temp_path @DIR@/proxy;
    fastcgi_temp_path @DIR@/fastcgi;
    uwsgi_temp_path @DIR@/uwsgi;
    scgi_temp_path @DIR@/scgi;
    keepalive_requests 1000000;
    nchan_message_timeout 12h;
    nchan_message_buffer_length 1000;
    server {
        listen @LISTEN@ backlog=16384;
        location = /pub { nchan_publisher; nchan_channel_id t; }
        location = /sub { nchan_subscriber eventsource; nchan_channel_id t; }
    }
}
";

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Nchan,
    Folder,
    Redis,
}

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Nchan, Kind::Folder, Kind::Redis];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Nchan => "nginx + nchan",
            Kind::Folder => "hub, embedded",
            Kind::Redis => "hub on Redis",
        }
    }
}

/// A running server; it is gone when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) subscribe: String,
    pub(crate) publish: &'static str,
    /// The last is the server; those before it are what it needs.
    processes: Vec<Process>,
    _folder: TempDir,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    pub(crate) fn start(kind: Kind) -> Result<Server> {
        let folder = tempfile::tempdir()?;
        let dir = folder.path().to_str().ok_or("a strange folder")?.to_owned();
        let mut processes = Vec::new();
        let (address, subscribe, publish) = match kind {
            Kind::Nchan => {
                let address = free_address()?;
                let conf = NGINX.replace("@DIR@", &dir).replace("@LISTEN@", &address.to_string());
                fs::write(folder.path().join("nginx.conf"), conf)?;
                let log = folder.path().join("error.log");
                let mut nginx = Command::new("/usr/sbin/nginx");
                nginx.args(["-p", &dir, "-c", &format!("{dir}/nginx.conf"), "-e"]).arg(log);
                processes.push(Process(nginx.spawn()?));
                wait_for(address)?;
                (address, "/sub", "/pub")
            }
            Kind::Folder => (start_hub(&mut processes, &["folder", &dir])?, "/t/sse", "/t"),
            Kind::Redis => {
                let redis = free_address()?;
                let mut server = Command::new("/usr/bin/redis-server");
                server.args(["--port", &redis.port().to_string(), "--bind", "127.0.0.1", "--save", "", "--dir", &dir]);
                server.args(["--appendonly", "yes"]).stdout(Stdio::null());
                processes.push(Process(server.spawn()?));
                wait_for(redis)?;
                (start_hub(&mut processes, &["redis", &format!("redis://{redis}/0")])?, "/t/sse", "/t")
            }
        };
        let subscribe = format!("GET {subscribe} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n");
        Ok(Server { address, subscribe, publish, processes, _folder: folder })
    }

    /// Its share of memory.
    pub(crate) fn pss_kib(&self) -> Result<f64> {
        let server = self.processes.last().ok_or("there is one")?;
        let maps = fs::read_to_string(format!("/proc/{}/smaps_rollup", server.0.id()))?;
        let line = maps.lines().find_map(|line| line.strip_prefix("Pss:")).ok_or("no PSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

fn start_hub(processes: &mut Vec<Process>, role: &[&str]) -> Result<SocketAddr> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut hub = command.arg(ROLE).args(role).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(hub.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
    processes.push(Process(hub));
    Ok(line.trim().parse()?)
}

/// The hub, as this program in another role: prints its address and serves until it is killed.
pub(crate) fn serve(role: &[String]) -> Result<()> {
    let [kind, place] = role else { return Err("a kind and a place".into()) };
    let store = match kind.as_str() {
        "folder" => StorePlace::Folder(place.into()),
        _ => StorePlace::Redis(place.clone()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let limits = Limits { subscribers: 20_000, ..Limits::default() };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let hub = Hub::start(HubConfig { listen, demo: false, store, limits, ..HubConfig::default() }).await?;
        println!("{}", hub.addr());
        std::future::pending::<()>().await;
        Ok(())
    })
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn wait_for(address: SocketAddr) -> Result<()> {
    for _ in 0..400 {
        if TcpStream::connect(address).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(25));
    }
    Err(format!("nothing listens at {address}").into())
}
