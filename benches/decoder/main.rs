//! Decoder throughput beside its peers and beside the limit, a bare scan for line ends:
//! `cargo bench -p streambell-benches --bench decoder`.
//!
//! Every figure is the median of seven runs over the same chunks in memory. The libraries take turns, so that whatever
//! slows the machine down for a while slows all of them.

mod cases;
mod libraries;

use std::time::Instant;

use bytes::Bytes;

use cases::Case;
use libraries::{LIBRARIES, Library};

const RUNS: usize = 7;

fn main() {
    let mut notes = Vec::new();
    header();
    for case in cases::all() {
        let inputs = LIBRARIES.each_ref().map(|library| Input::new(&case, library, &mut notes));
        row(&case, &inputs.each_ref().map(|input| input.size), &rates(&inputs, &mut notes));
    }
    println!("\n* Its time is quadratic in this input, so it gets a smaller one; the full one would take minutes.");
    notes.dedup();
    notes.iter().for_each(|note| println!("{note}"));
}

/// What one library has to decode in one case.
struct Input<'a> {
    case: &'a Case,
    library: &'a Library,
    stream: Vec<u8>,
    events: usize,
    size: Size,
}

#[derive(Clone, Copy, PartialEq)]
enum Size {
    Full,
    /// A quadratic library gets less.
    Smaller,
}

impl<'a> Input<'a> {
    fn new(case: &'a Case, library: &'a Library, notes: &mut Vec<String>) -> Self {
        let quadratic = (library.is_quadratic)(case);
        let (events, size) = if quadratic { (case.fewer, Size::Smaller) } else { (case.events, Size::Full) };
        let stream = (case.stream)(events);
        if quadratic {
            notes.push(format!("  {}, {}: {:.1} MB", library.name, case.name, megabytes(&stream)));
        }
        Self { case, library, stream, events, size }
    }

    /// Decodes it once: how long that took, in seconds, and how many events came out.
    fn run(&self) -> (f64, usize) {
        let chunks: Vec<Bytes> = self.stream.chunks(self.case.chunk).map(Bytes::copy_from_slice).collect();
        let start = Instant::now();
        let events = (self.library.decode)(chunks);
        (start.elapsed().as_secs_f64(), events)
    }
}

/// The median rate of each library, in MB/s. Whoever loses events is noted.
fn rates<const N: usize>(inputs: &[Input; N], notes: &mut Vec<String>) -> [f64; N] {
    let mut seconds = [const { Vec::new() }; N];
    for round in 0..RUNS {
        for (input, seconds) in inputs.iter().zip(&mut seconds) {
            let (time, events) = input.run();
            seconds.push(time);
            if round == 0 && input.library.is_decoder && events != input.events {
                let Input { library, case, events: expected, .. } = input;
                notes.push(format!("! {} decodes {events} of {expected} events of: {}", library.name, case.name));
            }
        }
    }
    let mut inputs = inputs.iter();
    seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        inputs.next().map_or(0.0, |input| megabytes(&input.stream)) / seconds[RUNS / 2]
    })
}

fn megabytes(stream: &[u8]) -> f64 {
    stream.len() as f64 / 1e6
}

fn header() {
    print!("{:<48}", "MB/s");
    LIBRARIES.iter().for_each(|library| print!("{:>20}", library.name));
    println!("{:>18}", "ours/fastest peer");
}

fn row<const N: usize>(case: &Case, sizes: &[Size; N], rates: &[f64; N]) {
    print!("{:<48}", case.name);
    for (size, rate) in sizes.iter().zip(rates) {
        let mark = if *size == Size::Smaller { "*" } else { "" };
        print!("{:>20}", format!("{mark}{rate:.0}"));
    }
    let of = |wanted: fn(&Library) -> bool| {
        let rates = LIBRARIES.iter().zip(rates).filter(move |(library, _)| wanted(library)).map(|(_, rate)| *rate);
        rates.fold(0.0, f64::max)
    };
    println!("{:>18.2}", of(|library| library.is_ours) / of(|library| library.is_decoder && !library.is_ours));
}
