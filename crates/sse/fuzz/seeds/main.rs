//! Writes the seeds that fuzzing starts from: every captured stream and every case of the standard's own tests.

use std::error::Error;
use std::fs;
use std::path::Path;

/// A limit that no seed reaches, and pieces of some sizes: see the target `decoder`.
const CONTROL: [u8; 8] = [0xFF, 0xFF, 255, 3, 17, 1, 64, 5];

const ADDRESSES: &[&str] = &[
    "https://example.com/events?topic=a&token=b#c",
    "http://ann:secret@127.0.0.1:8080/",
    "example.com:8443/feed",
    "localhost:5000/stream",
    "[::1]:80",
    "//example.com",
    "wss://example.com",
    "javascript:alert(1)",
    "https://例え.jp/流",
    "http://",
];

fn main() -> Result<(), Box<dyn Error>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (tests, corpus) = (fuzz.join("../../../tests"), fuzz.join("corpus"));
    fs::create_dir_all(corpus.join("decoder"))?;
    fs::create_dir_all(corpus.join("address"))?;
    for entry in fs::read_dir(tests.join("captures"))? {
        let entry = entry?;
        let stream = fs::read(entry.path())?;
        seed(&corpus.join("decoder").join(entry.file_name()), &stream)?;
    }
    let cases: serde_json::Value = serde_json::from_slice(&fs::read(tests.join("vectors/wpt.json"))?)?;
    for (number, case) in cases.as_array().into_iter().flatten().enumerate() {
        let chunks = case["chunks"].as_array().into_iter().flatten().filter_map(|chunk| chunk.as_str());
        let stream: String = chunks.collect();
        if !stream.is_empty() {
            seed(&corpus.join(format!("decoder/wpt-{number}")), stream.as_bytes())?;
        }
    }
    for (number, address) in ADDRESSES.iter().enumerate() {
        fs::write(corpus.join(format!("address/{number}")), address)?;
    }
    Ok(())
}

fn seed(path: &Path, stream: &[u8]) -> std::io::Result<()> {
    fs::write(path, [stream, &CONTROL].concat())
}
