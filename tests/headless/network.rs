//! A network that goes and comes back, in one of the test's own: a name space of the kernel's, which nothing outside sees.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::support::Folder;

/// Set where this test runs itself again, in a network of its own.
const INSIDE: &str = "STREAMBELL_TEST_NETWORK";
const ADDRESS: &str = "10.99.0.1/24";

#[test]
fn a_feed_is_back_as_soon_as_the_network_is() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let me = std::env::current_exe().unwrap();
    let test = ["network::a_feed_is_back_as_soon_as_the_network_is", "--exact", "--nocapture"];
    let done = Command::new("unshare")
        .args(["--map-root-user", "--net"])
        .arg(me)
        .args(test)
        .env(INSIDE, "1")
        .output()
        .expect("unshare is in util-linux, which scripts/install.sh test installs");
    assert!(
        done.status.success(),
        "{}\n{}\nIf this says 'unshare failed', this machine does not let its users make networks of their own.",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn inside() {
    ip("link set lo up");
    ip("link add dev here type veth peer name there");
    ip("link set here up");
    ip("link set there up");
    ip(&format!("address add {ADDRESS} dev here"));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let url = format!("http://10.99.0.1:{}/", listener.local_addr().unwrap().port());
    thread::spawn(move || serve(&listener));

    let folder = Folder::new();
    let watch = folder.watch(&[&url]);
    assert_eq!(watch.next()["data"], "1");

    // Nothing tells the two ends of the connection. The program is told by the system.
    ip(&format!("address delete {ADDRESS} dev here"));
    watch.until_said("This computer's network changed");
    let wait = loop {
        let said = watch.until_said("There is no way to 10.99.0.1");
        let wait = said.split(' ').nth(1).unwrap().parse().unwrap();
        if wait > 8.0 {
            break Duration::from_secs_f64(wait);
        }
    };
    let waiting_since = Instant::now();
    ip(&format!("address add {ADDRESS} dev here"));
    assert_eq!(watch.next()["data"], "2");
    assert!(waiting_since.elapsed() < wait, "it was waited for {wait:?}, to the end");
}

/// Answers each request with its number, and keeps the stream open.
fn serve(listener: &TcpListener) {
    let mut open = Vec::new();
    for number in 1.. {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        stream.write_all(format!("{head}id: {number}\ndata: {number}\n\n").as_bytes()).unwrap();
        open.push(stream);
    }
}

fn ip(arguments: &str) {
    let done = Command::new("ip").args(arguments.split(' ')).output().expect("ip is in iproute2");
    assert!(done.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}
