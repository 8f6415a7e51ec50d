//! Decoder throughput beside the limit (a bare scan for line ends) and beside eventsource-stream, in one run:
//! `cargo bench -p streambell-sse`. Median of seven, chunks of 16 KiB in memory.

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_util::{FutureExt, StreamExt};
use streambell_sse::Decoder;

const CHUNK: usize = 16 * 1024;
const RUNS: usize = 7;

fn main() {
    let cases = [
        ("small price events", prices(1_000_000)),
        ("events of one 1 MiB line", long_lines(200)),
        ("events of 50 lines", many_lines(20_000)),
    ];
    println!("{:>26} {:>10} {:>10} {:>10} {:>20}  MB/s", "", "MB", "scan", "streambell", "eventsource-stream");
    for (name, stream) in &cases {
        let scan = rate(stream, scan);
        let ours = rate(stream, streambell);
        // Quadratic in the length of a line, it would take minutes for the second case.
        let part = &stream[..stream.len().min(16 << 20)];
        let theirs = rate(part, eventsource_stream);
        println!("{name:>26} {:>10.1} {scan:>10.0} {ours:>10.0} {theirs:>20.0}", stream.len() as f64 / 1e6);
    }
}

/// The median of several runs over the same bytes, in MB/s.
fn rate(stream: &[u8], decode: fn(Vec<Bytes>) -> usize) -> f64 {
    let mut seconds: Vec<f64> = (0..RUNS)
        .map(|_| {
            let chunks = stream.chunks(CHUNK).map(Bytes::copy_from_slice).collect();
            let start = Instant::now();
            black_box(decode(chunks));
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    stream.len() as f64 / 1e6 / seconds[RUNS / 2]
}

fn scan(chunks: Vec<Bytes>) -> usize {
    chunks.iter().map(|chunk| memchr::memchr2_iter(b'\r', b'\n', chunk).count()).sum()
}

fn streambell(chunks: Vec<Bytes>) -> usize {
    let mut decoder = Decoder::new(16 << 20);
    let mut bytes = 0;
    for chunk in chunks {
        decoder.push(chunk);
        while let Ok(Some(event)) = decoder.next_event() {
            bytes += black_box(event).data.len();
        }
    }
    bytes
}

fn eventsource_stream(chunks: Vec<Bytes>) -> usize {
    let chunks = futures_util::stream::iter(chunks.into_iter().map(Ok::<_, std::convert::Infallible>));
    let events = chunks
        .eventsource()
        .fold(0, |bytes, event| std::future::ready(bytes + event.map_or(0, |event| black_box(event).data.len())));
    events.now_or_never().unwrap_or_default()
}

fn prices(count: usize) -> Vec<u8> {
    let event = |number| {
        format!(
            "id: {number}\nevent: price\ndata: {{\"symbol\":\"BTC-USD\",\"price\":61234.5,\"ts\":1700000000000}}\n\n"
        )
    };
    (0..count).flat_map(|number| event(number).into_bytes()).collect()
}

fn long_lines(count: usize) -> Vec<u8> {
    format!("data: {}\n\n", "x".repeat(1 << 20)).repeat(count).into_bytes()
}

fn many_lines(count: usize) -> Vec<u8> {
    format!("{}\n", "data: a line of some fifty bytes, as in a log of it\n".repeat(50)).repeat(count).into_bytes()
}
