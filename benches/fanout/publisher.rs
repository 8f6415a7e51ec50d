//! Who publishes: requests on one connection, each answered before the next.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::Result;
use crate::servers::Server;

pub(crate) struct Publisher {
    address: std::net::SocketAddr,
    target: String,
    stream: Mutex<Option<TcpStream>>,
}

impl Publisher {
    pub(crate) fn new(server: &Server) -> Publisher {
        Publisher { address: server.address, target: server.publish.to_owned(), stream: Mutex::new(None) }
    }

    /// Publishes, and returns when the server has said that it did.
    pub(crate) async fn publish(&self, text: &str) -> Result<()> {
        let mut held = self.stream.lock().await;
        if held.is_none() {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            *held = Some(stream);
        }
        let Some(stream) = held.as_mut() else { return Ok(()) };
        let request = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}",
            self.target,
            self.address,
            text.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        loop {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err("the server hung up".into());
            }
            if is_whole(&answer) {
                break;
            }
        }
        let status = answer.get(9..12).unwrap_or_default();
        match status {
            b"200" | b"201" | b"202" => Ok(()),
            _ => Err(String::from_utf8_lossy(&answer).into_owned().into()),
        }
    }
}

/// Whether the head and as much of the body as it promises are there.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    answer.len() >= end + 4 + length.unwrap_or(0)
}
