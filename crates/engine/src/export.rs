//! Events as they leave the program: a table, or JSON lines.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::{
    EngineError,
    home::Home,
    model::{Event, EventExport, ExportFormat, Reading},
    store,
};

/// The columns of the table.
const COLUMNS: [&str; 16] = [
    "seq", "feed", "received", "type", "id", "key", "title", "body", "value", "unit", "progress", "total", "priority",
    "link", "state", "data",
];
/// A text that begins so is a formula to a spreadsheet.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes the events that fit, oldest first; how many. One at a time is in memory, however many they are.
///
/// It reads beside a program that runs, and hinders nothing there.
///
/// # Errors
/// When there is no such feed, or the history cannot be read, or the output cannot be written.
pub fn export_events(home: &Home, what: &EventExport, out: impl Write) -> Result<u64, EngineError> {
    let unwritable = |error| EngineError::unwritable(&error);
    let mut out = EventWriter::new(what.format, out).map_err(unwritable)?;
    let wrote = store::export(home, what, |event| out.write(event))?;
    let ended = wrote.and_then(|count| out.end().map(|()| count));
    ended.map_err(unwritable)
}

enum EventWriter<W: Write> {
    Csv(Box<csv::Writer<W>>),
    JsonLines(io::BufWriter<W>),
}

impl<W: Write> EventWriter<W> {
    fn new(format: ExportFormat, out: W) -> io::Result<Self> {
        match format {
            ExportFormat::Csv => {
                let mut table = csv::Writer::from_writer(out);
                table.write_record(COLUMNS)?;
                Ok(Self::Csv(Box::new(table)))
            }
            ExportFormat::JsonLines => Ok(Self::JsonLines(io::BufWriter::new(out))),
        }
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        match self {
            Self::Csv(table) => {
                if event.readings.is_empty() {
                    return Ok(table.write_record(line(event, &Reading::default()))?);
                }
                event.readings.iter().try_for_each(|reading| Ok(table.write_record(line(event, reading))?))
            }
            Self::JsonLines(out) => {
                serde_json::to_writer(&mut *out, event)?;
                out.write_all(b"\n")
            }
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Self::Csv(mut table) => table.flush(),
            Self::JsonLines(mut out) => out.flush(),
        }
    }
}

fn line(event: &Event, reading: &Reading) -> [String; COLUMNS.len()] {
    let text = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        event.seq.to_string(),
        harmless(&event.feed.0),
        Timestamp::from_millisecond(event.at).map(|at| at.to_string()).unwrap_or_default(),
        harmless(&event.event),
        harmless(&event.id),
        text(&reading.key),
        text(&reading.title),
        text(&reading.body),
        reading.value.map(|value| value.to_string()).unwrap_or_default(),
        text(&reading.unit),
        number(reading.progress),
        number(reading.total),
        reading.priority.map(|priority| priority.to_string()).unwrap_or_default(),
        text(&reading.link),
        reading
            .state
            .and_then(|state| serde_json::to_value(state).ok()?.as_str().map(str::to_owned))
            .unwrap_or_default(),
        harmless(&event.data),
    ]
}

/// What a feed says is never a formula: an apostrophe before it says so to every spreadsheet.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA) && text.parse::<f64>().is_err() { format!("'{text}") } else { text.to_owned() }
}
