//! The way out: whether there is one, and whether the proxy on it answers. Nothing beyond the proxy is contacted.

use std::{
    net::{Ipv4Addr, Ipv6Addr, TcpStream, ToSocketAddrs, UdpSocket},
    time::Duration,
};

use streambell_sse::{self as sse, Proxy, ProxyUrl};

use crate::{
    model::{Check, Network, Part},
    route, speak,
};

/// How long a proxy may take to accept.
const PATIENCE: Duration = Duration::from_secs(2);

/// Addresses that are nobody's, by which the system is asked for its way to everybody.
const FAR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const FAR_6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

pub(super) fn network() -> Check {
    // Connecting a UDP socket sends nothing: it only chooses the way.
    let v4 = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((FAR, 9))?;
        socket.local_addr()
    });
    let v6 = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((FAR_6, 9))?;
        socket.local_addr()
    });
    let ways: Vec<String> = [v4, v6].into_iter().flatten().map(|own| own.ip().to_string()).collect();
    if ways.is_empty() {
        return Check::warning(
            Part::Network,
            speak!("there is no way out of this computer", "本机没有通往外部的网络"),
            speak!(
                "Connect it to a network; feeds on this computer work all the same.",
                "请连接网络；本机上的订阅源不受影响。"
            ),
        );
    }
    let ways = ways.join(", ");
    Check::fine(Part::Network, speak!(format!("the way out begins at {ways}"), format!("对外的地址为 {ways}")))
}

/// That of all feeds which name none of their own.
pub(super) fn proxy(network: &Network) -> Check {
    let setting = network.proxy.as_ref().map(|setting| route::proxy(setting, None));
    let (proxies, whose) = match setting {
        None => (system_proxies(), speak!("as this computer is set up", "按本机的设置")),
        Some(Ok(Proxy::Through(proxy))) => (vec![proxy], speak!("as set in Streambell", "按 Streambell 的设置")),
        Some(Ok(_)) => (Vec::new(), speak!("as set in Streambell", "按 Streambell 的设置")),
        Some(Err(error)) => {
            let found = speak!("what is set is none", "所设置的不是代理");
            return Check::wrong(Part::Proxy, found, crate::told::proxy(&error));
        }
    };
    if proxies.is_empty() {
        return Check::fine(Part::Proxy, speak!(format!("none, {whose}"), format!("无（{whose}）")));
    }
    // Without the login: that is how it shows itself.
    let names: Vec<String> = proxies.iter().map(ToString::to_string).collect();
    let names = names.join(", ");
    match proxies.iter().find_map(|proxy| answers(proxy).err().map(|error| (proxy, error))) {
        None => Check::fine(
            Part::Proxy,
            speak!(format!("{names} answers, {whose}"), format!("{names} 可以连接（{whose}）")),
        ),
        Some((silent, error)) => Check::wrong(
            Part::Proxy,
            speak!(format!("{silent} does not answer ({error})"), format!("{silent} 无法连接（{error}）")),
            speak!(
                "Check that the proxy runs, or choose another in Settings › Network.",
                "请确认代理正在运行，或在“设置 › 网络”中选择其他代理。"
            ),
        ),
    }
}

fn system_proxies() -> Vec<ProxyUrl> {
    let ways = ["http://streambell.invalid/", "https://streambell.invalid/"];
    let mut found: Vec<ProxyUrl> =
        ways.iter().filter_map(|url| sse::system_proxy(&url::Url::parse(url).ok()?)).collect();
    found.dedup();
    found
}

fn answers(proxy: &ProxyUrl) -> std::io::Result<()> {
    let mut result = Err(std::io::ErrorKind::NotFound.into());
    for address in proxy.endpoint().to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(_) => return Ok(()),
            Err(error) => result = Err(error),
        }
    }
    result
}
