//! The command line as it is written: what clap parses, and what man page and completions are made from.

mod presets;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, str::FromStr};

use clap::{
    ArgGroup, Args, Command, CommandFactory, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
    error::ErrorKind,
};
use serde::de::DeserializeOwned;
use streambell_engine::{
    Speed,
    model::{AlertId, AlertState, ExportFormat, LogLevel, Millis, Notify, Seq, Span, View},
};
use streambell_hub::{HostName, Limits, Origin, Retention, TopicPattern};

pub(crate) use self::presets::{FromPreset, Presets};
use crate::since::parse_since;

/// What else says how the program is to be, and where it keeps what.
const SURROUNDINGS: &str = "\
Environment:
  STREAMBELL_HOME            The folder for all data (default: ~/.local/share/streambell, or the platform's own)
  STREAMBELL_LOG             What is logged, in the syntax of Rust's tracing, as 'debug' or 'streambell_engine=trace'
  STREAMBELL_PASSWORD        The password for --user
  STREAMBELL_TOKEN           The token for --bearer, and for 'publish'
  STREAMBELL_<NAME>          The secret of this name that a preset asks for, as STREAMBELL_KEY
  STREAMBELL_PROXY_PASSWORD  The password of a proxy's user

More: https://github.com/streambell/streambell#readme";

/// Live feeds on your desktop: a dashboard and alerts for Server-Sent Events.
///
/// Without a command the window opens. Commands print JSON on standard output and everything else on standard error;
/// they end with 0, with 1 when something failed, and with 2 when they were called wrongly.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "streambell", version, args_conflicts_with_subcommands = true, after_long_help = SURROUNDINGS)]
pub struct Invocation {
    #[command(flatten)]
    start: Start,
    /// A link to follow, streambell://add?url=…: the window asks before it adds anything
    #[arg(value_parser = link)]
    link: Option<String>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
struct Start {
    /// Start in the tray, without a window
    #[arg(long)]
    hidden: bool,
    /// Add the demo feeds of the embedded hub
    #[arg(long)]
    demo: bool,
}

/// How the window is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowStart {
    /// Only in the tray.
    pub hidden: bool,
    /// With the demo feeds.
    pub demo: bool,
    /// And this link of the program's own is to be followed: untrusted.
    pub link: Option<String>,
}

impl Invocation {
    /// Understands the arguments of a program, its own name first.
    ///
    /// # Errors
    /// With what clap has to say: help, the version, or what is wrong. Its `exit` prints that and ends the program.
    pub fn from_args<T: Into<OsString> + Clone>(args: impl IntoIterator<Item = T>) -> Result<Self, clap::Error> {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        Self::try_parse_from(&args).map_err(|error| {
            if !error.use_stderr() || args.iter().any(|arg| arg.to_str().is_some_and(is_link)) {
                return error;
            }
            if args.get(1).and_then(|arg| arg.to_str()).is_some_and(is_web) {
                let ways = "an address alone is no command: 'streambell feeds add --url URL' adds it as a feed, \
                            'streambell watch URL' prints its events";
                return Command::new("streambell").error(ErrorKind::InvalidSubcommand, ways);
            }
            // Without a link a verb was meant, and clap knows which as long as there is nothing else to be meant.
            let verbs = Command::new("streambell").args_conflicts_with_subcommands(true);
            let verbs = Verb::augment_subcommands(Start::augment_args(verbs));
            verbs.try_get_matches_from(args).err().unwrap_or(error)
        })
    }

    /// How to open the window; `None`: this is a command, for [`run`](crate::run).
    #[must_use]
    pub fn window(&self) -> Option<WindowStart> {
        let Start { hidden, demo } = self.start;
        self.verb.is_none().then(|| WindowStart { hidden, demo, link: self.link.clone() })
    }

    /// The whole command line as clap knows it, for what is made from it: the man pages and the completions of shells.
    #[must_use]
    pub fn definition() -> Command {
        Self::command()
    }

    pub(crate) fn verb(self) -> Option<Verb> {
        self.verb
    }
}

/// Whether an argument is a link of the program's own, be it a good one or not: the window tells what is wrong with it.
fn is_link(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("streambell"))
}

fn is_web(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn link(text: &str) -> Result<String, &'static str> {
    if is_link(text) { Ok(text.to_owned()) } else { Err("a link starts with streambell:") }
}

#[derive(Debug, Clone, PartialEq, Subcommand)]
pub(crate) enum Verb {
    /// Show or hide the window of the running program
    Toggle,
    /// Follow a feed and print a JSON line for each event
    Watch(Watch),
    /// Keep a stream as it comes, bytes with times, in a file that 'replay' plays
    Record(Record),
    /// Play a recording through mapping and rules, and print what comes and what would ring; nothing is kept of it
    Replay(Replay),
    /// List, add, change and remove feeds
    #[command(subcommand)]
    Feeds(Feeds),
    /// List, add and remove rules
    #[command(subcommand)]
    Rules(Rules),
    /// List known services, and keep, exchange and remove those of your own; 'feeds add --preset' adds a feed of one
    #[command(subcommand)]
    Presets(Presets),
    /// Take over the feeds and rules of a settings file
    Import {
        /// The file; '-' is standard input
        file: PathBuf,
    },
    /// Print all feeds and rules as one JSON document, without secrets
    Export,
    /// Write everything but secrets into one file
    Backup {
        /// The file; what stands there is replaced
        file: PathBuf,
    },
    /// Go on with a backup; what is there now is kept beside it
    Restore {
        /// A file that 'backup' wrote
        file: PathBuf,
    },
    /// Print events of the history: as one JSON array, newest first, or for other programs, oldest first
    Events(Events),
    /// Print alerts as one JSON array, newest first; acknowledge, snooze, resolve or mark them
    Alerts(Alerts),
    /// Print the program's settings (language, theme, quiet hours, network, …), or change some of them
    Settings {
        /// What is to be otherwise, as a JSON object, or a file that holds it; '-' is standard input
        change: Option<String>,
    },
    /// Try what Streambell needs (data, disk, key ring, desktop, network, hub) and say what to do where it lacks; ends
    /// with 1 where something is wrong
    Doctor {
        /// Print it as JSON, with figures of the program
        #[arg(long)]
        json: bool,
    },
    /// Print where the log is and how much it tells, or change that for the running program until it ends
    Log {
        /// How much: what goes on and goes wrong, what helps to find a fault, or everything
        #[arg(value_parser = words::<LogLevel>(&["normal", "debug", "trace"]))]
        level: Option<LogLevel>,
    },
    /// Announce nothing for a while: what rings is told of afterwards
    Quiet {
        /// How long (30m, 2h), or 'off'
        #[arg(value_name = "SPAN")]
        span: Until,
    },
    /// Print why an event did or did not ring: what each rule found, and what became of its alerts
    Why {
        /// The event's number, as 'events' prints it (seq)
        event: Seq,
    },
    /// Run without a window: subscribe, keep the history, evaluate rules, and notify if that is possible
    Run(Run),
    /// Serve topics to publish to and subscribe to, in memory; 'hub token' says who may
    Hub(Hub),
    /// Publish a message to a topic of the hub
    Publish(Publish),
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Watch {
    /// The feed's address
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) asking: Asking,
}

/// How a stream is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub(crate) struct Asking {
    /// A header to send, as 'Name: value'; may be repeated
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(crate) headers: Vec<String>,
    /// Go on after the event with this id
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub(crate) last_event_id: String,
    #[command(flatten)]
    pub(crate) route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Record {
    /// The feed's id or name, or an address
    pub(crate) feed: String,
    /// The recording; its name should end in .jsonl
    pub(crate) file: PathBuf,
    /// End after so long (30s, 10m, 2h)
    #[arg(long = "for", value_name = "SPAN")]
    pub(crate) span: Option<Span>,
    /// End after so many events
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) events: Option<u64>,
    /// Replace the file if there is one
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) asking: Asking,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Replay {
    /// A recording, as 'record' writes it
    pub(crate) file: PathBuf,
    /// How many times as fast as it came: 1 to 100, or 'max'
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    pub(crate) speed: Speed,
    /// Play it as this feed (its id, or its name) is set up, with the rules that look at it (default: as it was recorded)
    #[arg(long)]
    pub(crate) feed: Option<String>,
    /// With the rules of this settings file, in the place of the configured ones; '-' is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Show what rings as notifications
    #[arg(long)]
    pub(crate) notify: bool,
    /// Put the events into the feed's history, as if they came now
    #[arg(long, requires = "feed")]
    pub(crate) history: bool,
}

/// The way to a feed's server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub(crate) struct Route {
    /// Go through this proxy (http://user@host:port, socks5h://host:port), or 'direct' (default: as this computer is
    /// set up). A user's password is read from STREAMBELL_PROXY_PASSWORD, else from the terminal or standard input
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Trust the root certificates in this file too (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Show the server this client certificate (PEM, with its chain)
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// The private key of the client certificate (PEM, without a pass phrase)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Subcommand)]
pub(crate) enum Feeds {
    /// Print all feeds and how they stand
    List,
    /// Add a feed and print it
    Add(AddFeed),
    /// Change a feed and print it; what is not named stays as it is
    Edit(EditFeed),
    /// Remove a feed and its history
    Remove(OneFeed),
    /// Close a feed's connection until it is resumed
    Pause(OneFeed),
    /// Open a paused or stopped feed's connection again
    Resume(OneFeed),
    /// Announce nothing of a feed for a while: what rings is told of afterwards
    Mute {
        #[command(flatten)]
        which: OneFeed,
        /// How long (30m, 2h, 7d)
        #[arg(long = "for", value_name = "SPAN", default_value = "1d")]
        span: Span,
    },
    /// Announce a muted feed again
    Unmute(OneFeed),
    /// Set how long and how much is kept of a feed, or of all that there are and will be; what is more is removed
    Keep {
        /// The feed's id, or its name (default: all)
        feed: Option<String>,
        /// Days; 0 is for ever (default: as it is)
        #[arg(long, value_name = "NUMBER", required_unless_present = "megabytes")]
        days: Option<u32>,
        /// Megabytes of event data; 0 is any (default: as it is)
        #[arg(long, value_name = "NUMBER")]
        megabytes: Option<u32>,
    },
    /// Remove all events of a feed; its alerts stay
    Clear(OneFeed),
    /// Mark all events of a feed as read
    Read(OneFeed),
    /// Print how a feed's values went, key by key
    Trends(Past),
    /// Print when a feed was not listened to, newest first, and how many of the missed events came afterwards
    Gaps(Past),
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct OneFeed {
    /// The feed's id, or its name
    pub(crate) feed: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Past {
    #[command(flatten)]
    pub(crate) which: OneFeed,
    /// Since a time (2026-01-31T12:00:00Z), a date, or for how long (30m, 2h, 7d)
    #[arg(long, value_name = "TIME", value_parser = parse_since, default_value = "24h")]
    pub(crate) since: Millis,
}

#[derive(Debug, Clone, PartialEq, Args)]
#[command(group(ArgGroup::new("source").required(true)))]
pub(crate) struct AddFeed {
    /// The feed's address
    #[arg(long, group = "source")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) from: FromPreset,
    /// The id to give it (default: made from the name)
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Add it paused
    #[arg(long)]
    pub(crate) paused: bool,
    #[command(flatten)]
    pub(crate) settings: FeedSettings,
}

#[derive(Debug, Clone, PartialEq, Args)]
pub(crate) struct EditFeed {
    #[command(flatten)]
    pub(crate) which: OneFeed,
    /// The feed's new address
    #[arg(long)]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) settings: FeedSettings,
}

#[derive(Debug, Clone, PartialEq, Default, Args)]
pub(crate) struct FeedSettings {
    /// What to call it (default: the address's host)
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The group it belongs to; rules can look at a whole group
    #[arg(long)]
    pub(crate) group: Option<String>,
    /// The feed that this one hangs on: while that is down, silence of this one does not ring
    #[arg(long, value_name = "FEED")]
    pub(crate) parent: Option<String>,
    /// How to draw it (default: guessed from what comes)
    #[arg(long, value_parser = words::<View>(&["price", "progress", "score", "chat", "news", "tasks", "log"]))]
    pub(crate) view: Option<View>,
    /// What the operating system announces: each event, what rules say, or nothing
    #[arg(long, value_parser = words::<Notify>(&["all", "rules", "none"]))]
    pub(crate) notify: Option<Notify>,
    /// Where a field of a reading is found in the data, as 'value=$.price'; may be repeated
    #[arg(long = "map", value_name = "FIELD=JSONPATH")]
    pub(crate) map: Vec<String>,
    /// A header to send, as 'Name: value'; may be repeated. The value is kept in the key ring
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(crate) headers: Vec<String>,
    /// Log in with this name; the password is read from STREAMBELL_PASSWORD, else from the terminal or standard input.
    /// 'name:password' works too, but other users of this computer can see it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["bearer", "bearer_file"])]
    pub(crate) user: Option<String>,
    /// Log in with a bearer token, read from STREAMBELL_TOKEN, else from the terminal or standard input
    #[arg(long, conflicts_with = "bearer_file")]
    pub(crate) bearer: bool,
    /// Log in with the bearer token on the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) bearer_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Rules {
    /// Print all rules
    List,
    /// Add a rule and print it
    Add {
        /// The rule as JSON, or a file that holds it; '-' is standard input
        rule: String,
    },
    /// Change a rule and print it
    Edit {
        /// The rule's id
        id: String,
        /// The rule as it is to be, as JSON, or a file that holds it; '-' is standard input
        rule: String,
    },
    /// Print what a rule would have done on the stored history, without adding it
    Preview {
        /// The rule as JSON, or a file that holds it; '-' is standard input
        rule: String,
        /// Since a time (2026-01-31T12:00:00Z), a date, or for how long (30m, 2h, 7d)
        #[arg(long, value_name = "TIME", value_parser = parse_since, default_value = "24h")]
        since: Millis,
    },
    /// Remove a rule
    Remove {
        /// The rule's id
        rule: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Events {
    /// Only of this feed: its id, or its name
    #[arg(long)]
    pub(crate) feed: Option<String>,
    /// Only events in which all of these words occur
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// Only events received since then: a time (2026-01-31T12:00:00Z), a date, or how long ago (30m, 2h, 7d)
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    pub(crate) since: Option<Millis>,
    /// Only events received before then
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    pub(crate) until: Option<Millis>,
    /// Only events of this type
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) event: Option<String>,
    /// Only events with a reading of this key
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Only events of at least this priority: 1 (lowest) to 5 (highest)
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) priority: Option<u8>,
    /// Only events that came since you last looked at their feed
    #[arg(long)]
    pub(crate) unread: bool,
    /// At most so many (default: all)
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<u64>,
    /// How to print them whole, oldest first: as a table with a line for each reading, or as a JSON object on each line
    #[arg(long, conflicts_with_all = ["limit", "until", "event", "key", "priority", "unread"], value_parser = words::<ExportFormat>(&["csv", "json_lines"]))]
    pub(crate) format: Option<ExportFormat>,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Alerts {
    #[command(subcommand)]
    pub(crate) change: Option<ChangeAlerts>,
    #[command(flatten)]
    pub(crate) list: ListAlerts,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct ListAlerts {
    /// Only alerts in this state
    #[arg(long, value_parser = words::<AlertState>(&["firing", "acknowledged", "resolved"]))]
    pub(crate) state: Option<AlertState>,
    /// At most so many (default: all)
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum ChangeAlerts {
    /// You know of an alert: it rings no more until it happens anew
    Acknowledge {
        /// Its number, as 'alerts' prints it (id)
        #[arg(required_unless_present = "all")]
        alert: Option<AlertId>,
        /// All that fire
        #[arg(long, conflicts_with = "alert")]
        all: bool,
    },
    /// Nothing of an alert for a while; then it rings again, if it still fires
    Snooze {
        /// Its number, as 'alerts' prints it (id)
        alert: AlertId,
        /// How long (30m, 2h, 7d)
        #[arg(long = "for", value_name = "SPAN", default_value = "1h")]
        span: Span,
    },
    /// An alert is over: it rings again when its condition has ended and holds anew
    Resolve {
        /// Its number, as 'alerts' prints it (id)
        alert: AlertId,
    },
    /// You have seen an alert
    Read {
        /// Its number, as 'alerts' prints it (id)
        #[arg(required_unless_present = "all")]
        alert: Option<AlertId>,
        /// All that there are
        #[arg(long, conflicts_with = "alert")]
        all: bool,
    },
    /// You want to look at an alert again
    Unread {
        /// Its number, as 'alerts' prints it (id)
        alert: AlertId,
    },
}

/// How long, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    Off,
    For(Span),
}

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::For) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Run {
    /// Add the demo feeds of the embedded hub
    #[arg(long, conflicts_with = "no_hub")]
    pub(crate) demo: bool,
    /// Do not start the embedded hub
    #[arg(long)]
    pub(crate) no_hub: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Hub {
    #[command(subcommand)]
    pub(crate) change: Option<ChangeHub>,
    #[command(flatten)]
    pub(crate) serve: ServeHub,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum ChangeHub {
    /// Make, list and remove tokens: who may publish and subscribe to which topics. A running hub sees each change
    #[command(subcommand)]
    Token(Token),
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct HubData {
    /// Where the hub keeps its data (default: 'hub' in the program's data folder)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Token {
    /// Make a token and print it, this once: for all topics, unless some are named
    Add {
        /// Whose it is, or what it is for
        name: String,
        /// Topics that it may publish to, like 'builds-*'; may be repeated
        #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
        publish: Vec<TopicPattern>,
        /// Topics that it may subscribe to, like 'builds-*'; may be repeated
        #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
        subscribe: Vec<TopicPattern>,
        #[command(flatten)]
        data: HubData,
    },
    /// Print all tokens, without what is secret of them
    List {
        #[command(flatten)]
        data: HubData,
    },
    /// Remove a token: what is open with it ends
    Remove {
        /// Its name
        name: String,
        #[command(flatten)]
        data: HubData,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct ServeHub {
    /// Where to listen; port 0 takes a free one. Other machines reach 0.0.0.0:7788, once there is a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7788")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) data: HubData,
    /// Keep events in this Redis instead of the folder: all hubs on one Redis are one hub
    #[arg(long, value_name = "URL")]
    pub(crate) redis: Option<String>,
    /// Speak HTTPS with this certificate (PEM, with its chain); a new one is seen by itself
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) cert: Option<PathBuf>,
    /// The private key of the certificate (PEM, without a pass phrase)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// A name under which others reach the hub, also through a reverse proxy; may be repeated
    #[arg(long = "name", value_name = "HOST")]
    pub(crate) names: Vec<HostName>,
    /// Web pages that may use the hub besides its own, like https://app.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<Origin>,
    /// Requests a second of one client, or 0 for any number (default: any on loopback, 20 beyond it)
    #[arg(long, value_name = "NUMBER")]
    pub(crate) rate: Option<u32>,
    /// Streams of one client, or 0 for any number (default: any on loopback, 100 beyond it)
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_per_client: Option<usize>,
    /// Streams of all clients
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().subscribers)]
    pub(crate) max_subscribers: usize,
    /// Topics
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().topics)]
    pub(crate) max_topics: usize,
    /// Events of each topic that are kept
    #[arg(long, value_name = "NUMBER", default_value_t = Retention::default().events)]
    pub(crate) keep_events: usize,
    /// Bytes of each topic that are kept
    #[arg(long, value_name = "NUMBER", default_value_t = Retention::default().bytes)]
    pub(crate) keep_bytes: usize,
    /// Hours that an event is kept
    #[arg(long, value_name = "NUMBER", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep_hours: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(crate) struct Publish {
    /// The topic
    pub(crate) topic: String,
    /// The text, or a JSON object; '-' is standard input
    pub(crate) message: String,
    /// Headline
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// 1 (lowest) to 5 (highest)
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) priority: Option<u8>,
    /// An address to open on a click
    #[arg(long, value_name = "URL")]
    pub(crate) click: Option<String>,
    /// The hub (default: that of the running program, else http://127.0.0.1:7788)
    #[arg(long, value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// The token that the hub asks for. Other users of this computer can see it here: STREAMBELL_TOKEN is safer
    #[arg(long)]
    pub(crate) token: Option<String>,
    /// Trust the root certificates in this file too (PEM), or a hub that shows one of them as its own
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
}

/// One of some words, as the model spells them in JSON.
fn words<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    words: &'static [&'static str],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words).try_map(|word| serde_json::from_value(serde_json::Value::String(word)))
}
