//! What is told of a panic, wherever it happens: a line in the log, a file for the next start, and a last word where it
//! ends the program.

use std::{
    panic::{self, PanicHookInfo},
    thread,
};

use jiff::Timestamp;
use streambell_engine::{Crash, Home, speak};

use super::lines::harmless;

/// From now on.
pub(super) fn tell(home: &Home) {
    let home = home.clone();
    panic::set_hook(Box::new(move |panic| {
        let crash = crash(panic);
        let Crash { thread, place, message, .. } = &crash;
        tracing::error!(thread, place, "panicked: {message}");
        if let Err(error) = crash.leave(&home) {
            tracing::warn!(%error, "the next start will not know of it");
        }
        // Parts that can be given up run on other threads.
        if thread == "main" {
            eprintln!(
                "streambell: {}",
                speak!(
                    format!(
                        "An error of Streambell's own ends it ({message}, at {place}). Please report it with the log, which is in {}.",
                        home.logs().display()
                    ),
                    format!(
                        "Streambell 因自身的错误而结束（{message}，位于 {place}）。请附上 {} 中的日志报告此问题。",
                        home.logs().display()
                    ),
                )
            );
        }
    }));
}

fn crash(panic: &PanicHookInfo<'_>) -> Crash {
    Crash {
        at: Timestamp::now().as_millisecond(),
        version: env!("CARGO_PKG_VERSION").into(),
        thread: thread::current().name().unwrap_or("unnamed").into(),
        place: panic.location().map(ToString::to_string).unwrap_or_default(),
        message: harmless(panic.payload_as_str().unwrap_or("it said nothing")),
    }
}
