//! The least of HTTP: one request to a server of the tests.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};

/// The status that answers a POST.
pub(crate) fn post(to: SocketAddr, target: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let answer = exchange(to, &format!("POST {target}"), headers, body);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status in {answer:?}"))
}

/// What a server sends at once to a GET that has no end: up to the line end after this text.
#[allow(dead_code, reason = "for tests/matrix")]
pub(crate) fn beginning_of(to: SocketAddr, target: &str, until: &str) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(super::PATIENCE)).unwrap();
    stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut answer = String::new();
    while !answer.lines().any(|line| line.contains(until)) {
        let line = lines.next().unwrap_or_else(|| panic!("'{until}' is not in {answer:?}")).unwrap();
        answer += &format!("{line}\n");
    }
    answer
}

/// The body that answers a request, which begins with its method and target; for answers in one piece.
pub(crate) fn body_of(to: SocketAddr, request: &str, body: &str) -> String {
    body_for(to, request, &[], body)
}

/// The same of a request with headers of its own.
pub(crate) fn body_for(to: SocketAddr, request: &str, headers: &[(&str, &str)], body: &str) -> String {
    let answer = exchange(to, request, headers, body);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {answer:?}"));
    assert!(head.contains(" 20"), "{request} was answered with {answer}");
    body.to_owned()
}

fn exchange(to: SocketAddr, request: &str, headers: &[(&str, &str)], body: &str) -> String {
    let length = body.len();
    let mut request = format!("{request} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    let is_json = !headers.iter().any(|(name, _)| *name == "Content-Type");
    for (name, value) in headers.iter().chain(is_json.then_some(&("Content-Type", "application/json"))) {
        request += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(super::PATIENCE)).unwrap();
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The head of a request; `None` when the other side has gone.
pub(super) fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    String::from_utf8(head).ok()
}

/// The value of a header in the head of a request.
pub(super) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}
