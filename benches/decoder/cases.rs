//! The streams that are decoded, and how they are cut.

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// One kind of stream.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The stream with so many events.
    pub(crate) stream: fn(usize) -> Vec<u8>,
    pub(crate) events: usize,
    /// For libraries that would take minutes otherwise.
    pub(crate) fewer: usize,
    /// The size of a chunk, in bytes.
    pub(crate) chunk: usize,
    pub(crate) has_long_lines: bool,
}

impl Case {
    pub(crate) fn has_large_chunks(&self) -> bool {
        self.chunk >= MIB
    }
}

const PRICES: Case = Case {
    name: "a: small price events, 16 KiB chunks",
    stream: prices,
    events: 1_000_000,
    fewer: 50_000,
    chunk: 16 * KIB,
    has_long_lines: false,
};

pub(crate) fn all() -> [Case; 6] {
    [
        PRICES,
        Case {
            name: "b: events of one 1 MiB line, 16 KiB chunks",
            stream: long_lines,
            events: 200,
            fewer: 16,
            has_long_lines: true,
            ..PRICES
        },
        Case { name: "c: events of 50 lines, 16 KiB chunks", stream: many_lines, events: 20_000, ..PRICES },
        Case { name: "small price events, chunks of one byte", events: 20_000, chunk: 1, ..PRICES },
        Case { name: "small price events, 1 MiB chunks", chunk: MIB, ..PRICES },
        Case { name: "a flood of comments, 16 KiB chunks", stream: comments, events: 2_000, ..PRICES },
    ]
}

fn prices(events: usize) -> Vec<u8> {
    let event = |number| {
        format!(
            "id: {number}\nevent: price\ndata: {{\"symbol\":\"BTC-USD\",\"price\":61234.5,\"ts\":1700000000000}}\n\n"
        )
    };
    (0..events).flat_map(|number| event(number).into_bytes()).collect()
}

fn long_lines(events: usize) -> Vec<u8> {
    format!("data: {}\n\n", "x".repeat(MIB)).repeat(events).into_bytes()
}

fn many_lines(events: usize) -> Vec<u8> {
    format!("{}\n", "data: a line of some fifty bytes, as in a log of it\n".repeat(50)).repeat(events).into_bytes()
}

/// Both shapes of keep-alive that servers send, and an event now and then.
fn comments(events: usize) -> Vec<u8> {
    let quiet = format!("{}{}", ": keep-alive\n\n".repeat(500), ":\n".repeat(500));
    format!("{quiet}data: at last\n\n").repeat(events).into_bytes()
}
