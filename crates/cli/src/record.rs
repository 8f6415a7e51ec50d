//! `record`: keeps a stream as it comes in a file.

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use streambell_engine::{feed_to_record, key_ring};
use streambell_sse::{Client, Config, Connection, Heard, Moment, Recorder, RecordingHead, watch_surroundings};
use tokio::{
    sync::oneshot,
    time::{interval, sleep},
};

use crate::{
    args::{Asking, Record},
    failure::Failure,
    program,
    run::told_to_end,
    stream,
};

/// How often whoever looks at it is told how far it is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Ends well when it is told to, when it has what was asked for, and when the server has nothing more to send (204).
pub(crate) async fn record(args: Record) -> Result<(), Failure> {
    let told = told_to_end()?;
    let (config, head) = source(&args).await?;
    let client = Client::new().map_err(Failure::failed)?;
    tokio::spawn(watch_surroundings(client.clone()));
    let mut connection = Connection::new(client, config);
    let (tape, broken) = Tape::begin(&args, head)?;
    connection.tap({
        let tape = tape.clone();
        move |what| tape.add(what)
    });
    let mut events = 0_u64;
    let wanted = args.events.unwrap_or(u64::MAX);
    let (enough, has_enough) = oneshot::channel();
    let mut enough = Some(enough);
    let following = stream::follow(connection, |came| {
        events += came.len() as u64;
        tape.count(came.len());
        if events >= wanted
            && let Some(enough) = enough.take()
        {
            let _ = enough.send(());
        }
        Ok(())
    });
    let ended = tokio::select! {
        biased;
        Ok(error) = broken => Err(unwritable(&args.file, &error)),
        Ok(()) = has_enough => Ok(()),
        followed = following => followed,
        () = told => Ok(()),
        () = for_so_long(args.span) => Ok(()),
        () = tell(&tape) => Ok(()),
    };
    tape.add(Heard::End("The recording was ended.".to_owned()));
    eprintln!("recorded {} in {}", tape.told(), args.file.display());
    ended
}

/// What is to be opened, and the head of its recording.
async fn source(args: &Record) -> Result<(Config, RecordingHead), Failure> {
    if args.feed.contains("://") {
        let config = stream::config(&args.feed, &args.asking)?;
        let head = RecordingHead::new(&config.url);
        return Ok((config, head));
    }
    let Asking { headers, last_event_id, route } = &args.asking;
    if !headers.is_empty() || *route != Default::default() {
        return Err(Failure::usage(
            "a feed has its own headers, proxy and certificates; give them with an address only",
        ));
    }
    let (mut config, head) = feed_to_record(&program::home()?, &args.feed, key_ring()).await?;
    config.last_event_id = last_event_id.as_str().into();
    Ok((config, head))
}

/// The file being written, and how far it is. Clones are the same.
#[derive(Clone)]
struct Tape(Arc<Mutex<Reel>>);

struct Reel {
    recorder: Recorder<File>,
    started: Timestamp,
    events: usize,
    /// Who is told when it cannot be written any more; nothing is written after that.
    broken: Option<oneshot::Sender<io::Error>>,
}

impl Tape {
    fn begin(args: &Record, head: RecordingHead) -> Result<(Self, oneshot::Receiver<io::Error>), Failure> {
        let mut options = OpenOptions::new();
        options.write(true);
        if args.force {
            options.create(true).truncate(true)
        } else {
            options.create_new(true)
        };
        let file = options.open(&args.file).map_err(|error| unwritable(&args.file, &error))?;
        let started = head.started;
        let recorder = Recorder::new(file, head).map_err(|error| unwritable(&args.file, &error))?;
        let (sender, broken) = oneshot::channel();
        let reel = Reel { recorder, started, events: 0, broken: Some(sender) };
        Ok((Self(Arc::new(Mutex::new(reel))), broken))
    }

    fn add(&self, what: Heard) {
        let mut reel = self.reel();
        let at = Duration::try_from(Timestamp::now().duration_since(reel.started)).unwrap_or_default();
        if reel.broken.is_some()
            && let Err(error) = reel.recorder.add(Moment { at, what })
            && let Some(broken) = reel.broken.take()
        {
            let _ = broken.send(error);
        }
    }

    fn count(&self, events: usize) {
        self.reel().events += events;
    }

    fn told(&self) -> String {
        let reel = self.reel();
        format!("{} events, {} kB", reel.events, reel.recorder.written().div_ceil(1000))
    }

    fn reel(&self) -> std::sync::MutexGuard<'_, Reel> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn for_so_long(span: Option<streambell_engine::model::Span>) {
    match span {
        Some(span) => sleep(Duration::from_millis(span.millis().unsigned_abs())).await,
        None => std::future::pending().await,
    }
}

/// Tells a person how far it is, on one line; for ever.
async fn tell(tape: &Tape) {
    if !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let mut every = interval(TELL_EVERY);
    loop {
        every.tick().await;
        eprint!("{}\r", tape.told());
        let _ = io::stderr().flush();
    }
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    let file = file.display();
    let advice = match error.kind() {
        io::ErrorKind::AlreadyExists => {
            return Failure::failed(format!(
                "{file} is there already. Choose another name, or replace it with --force."
            ));
        }
        io::ErrorKind::StorageFull => "Make room on the disk; what was recorded until now is whole",
        io::ErrorKind::NotFound => "Make its folder first",
        _ => "Choose another place for it",
    };
    Failure::failed(format!("{file} cannot be written ({error}). {advice}."))
}
