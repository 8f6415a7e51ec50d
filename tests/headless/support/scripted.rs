//! A server that answers every request with the same bytes, whatever they are.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread,
};

use super::http::read_head;

pub(crate) struct Scripted(SocketAddr);

impl Scripted {
    /// Answers with `bytes`, then closes.
    pub(crate) fn answer(bytes: impl Into<Vec<u8>>) -> Self {
        Self::serve(bytes.into(), false)
    }

    /// Answers with `bytes`, which may be none, then neither says anything more nor closes.
    pub(crate) fn answer_and_keep_quiet(bytes: impl Into<Vec<u8>>) -> Self {
        Self::serve(bytes.into(), true)
    }

    fn serve(bytes: Vec<u8>, quiet: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let bytes = bytes.clone();
                thread::spawn(move || {
                    read_head(&mut stream)?;
                    stream.write_all(&bytes).ok()?;
                    if quiet {
                        // Until the client goes.
                        let _ = stream.read_to_end(&mut Vec::new());
                    }
                    Some(())
                });
            }
        });
        Self(address)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events?token=secret", self.0)
    }
}
