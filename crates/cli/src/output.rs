//! Standard output: JSON and nothing else.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;

/// Prints one value on a line.
pub(crate) fn print(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// One JSON array, an item a line, written as the items come: it may be longer than memory.
pub(crate) struct Array<W: Write> {
    out: W,
    empty: bool,
}

impl Array<BufWriter<StdoutLock<'static>>> {
    pub(crate) fn to_stdout() -> Self {
        Self::new(BufWriter::new(io::stdout().lock()))
    }
}

impl<W: Write> Array<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, empty: true }
    }

    pub(crate) fn push(&mut self, item: &impl Serialize) -> io::Result<()> {
        self.out.write_all(if self.empty { b"[\n" } else { b",\n" })?;
        self.empty = false;
        serde_json::to_writer(&mut self.out, item)?;
        Ok(())
    }

    pub(crate) fn end(mut self) -> io::Result<()> {
        self.out.write_all(if self.empty { b"[]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

/// Prints a list that is in memory.
pub(crate) fn print_array<T: Serialize>(items: impl IntoIterator<Item = T>) -> io::Result<()> {
    let mut array = Array::to_stdout();
    for item in items {
        array.push(&item)?;
    }
    array.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_json_whatever_its_length() {
        for length in 0..3 {
            let items: Vec<u32> = (0..length).collect();
            let mut out = Vec::new();
            let mut array = Array::new(&mut out);
            items.iter().for_each(|item| array.push(item).unwrap());
            array.end().unwrap();
            assert_eq!(serde_json::from_slice::<Vec<u32>>(&out).unwrap(), items);
        }
    }
}
