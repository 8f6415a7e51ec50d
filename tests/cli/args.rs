//! Which arguments are understood, and as what.

use streambell_cli::{Invocation, WindowStart};

#[derive(Debug, PartialEq)]
enum Is {
    Window {
        hidden: bool,
        demo: bool,
    },
    /// The window, with a link to follow.
    Follows(&'static str),
    Command,
    /// The exit code of clap's message.
    Ends(i32),
}

#[test]
fn arguments_open_the_window_or_are_a_command_or_are_wrong() {
    use Is::*;
    let cases = [
        ("", Window { hidden: false, demo: false }),
        ("--hidden", Window { hidden: true, demo: false }),
        ("--demo", Window { hidden: false, demo: true }),
        ("--demo --hidden", Window { hidden: true, demo: true }),
        ("streambell://add?url=https://a.example", Follows("streambell://add?url=https://a.example")),
        ("--hidden StreamBell:anything", Follows("StreamBell:anything")),
        ("-- streambell://", Follows("streambell://")),
        ("toggle", Command),
        ("watch http://127.0.0.1/x", Command),
        ("watch http://127.0.0.1/x -H A:b -H C:d --last-event-id 7", Command),
        ("record http://127.0.0.1/x f.jsonl -H A:b --for 10s --events 5 --force", Command),
        ("record f f.jsonl", Command),
        ("replay f.jsonl", Command),
        ("replay f.jsonl --speed max --feed f --history --notify --rules -", Command),
        ("feeds list", Command),
        ("feeds add --url http://127.0.0.1/x", Command),
        ("feeds add --name N --url U --view price --notify all --map value=$.p --user ann", Command),
        ("feeds add --preset p --set a=b --set c=d --secret e --secret f=g --rules --name N", Command),
        ("presets list", Command),
        ("presets show p --json", Command),
        ("presets export p file", Command),
        ("presets import -", Command),
        ("presets remove p", Command),
        ("presets keep f name", Command),
        ("feeds edit f --name N --bearer-file token", Command),
        ("feeds remove f", Command),
        ("feeds pause f", Command),
        ("feeds resume f", Command),
        ("rules list", Command),
        ("rules add -", Command),
        ("rules remove r", Command),
        ("import -", Command),
        ("export", Command),
        ("events --feed f --search words --since 2h --limit 5", Command),
        ("events --type t --key k --priority 4 --unread --until 1h", Command),
        ("alerts --state firing", Command),
        ("alerts resolve 7", Command),
        ("alerts read 7", Command),
        ("alerts read --all", Command),
        ("alerts unread 7", Command),
        ("feeds keep --days 30", Command),
        ("feeds keep f --days 30 --megabytes 0", Command),
        ("feeds clear f", Command),
        ("feeds read f", Command),
        ("feeds trends f --since 7d", Command),
        ("feeds gaps f", Command),
        ("rules edit r -", Command),
        ("settings", Command),
        ("settings -", Command),
        ("doctor", Command),
        ("doctor --json", Command),
        ("log", Command),
        ("log debug", Command),
        ("log loud", Ends(2)),
        ("alerts acknowledge 7", Command),
        ("alerts acknowledge --all", Command),
        ("alerts snooze 7 --for 2h", Command),
        ("feeds mute f --for 7d", Command),
        ("feeds unmute f", Command),
        ("quiet 30m", Command),
        ("quiet off", Command),
        ("run", Command),
        ("run --demo", Command),
        ("hub --listen 127.0.0.1:0", Command),
        ("hub --data d --cert c --key k --name hub.example.org --name nas --allow-origin https://app.example", Command),
        ("hub --rate 5 --max-per-client 0 --max-subscribers 10 --max-topics 10", Command),
        ("hub token add phone", Command),
        ("hub token add phone --publish a,b-* --publish c --subscribe * --data d", Command),
        ("hub token list", Command),
        ("hub token remove phone --data d", Command),
        ("publish topic message --title T --priority 5", Command),
        ("publish topic message --hub https://nas:7788 --token sb_1 --cacert file", Command),
        ("--help", Ends(0)),
        ("--version", Ends(0)),
        ("feeds --help", Ends(0)),
        ("nonsense", Ends(2)),
        ("https://a.example", Ends(2)),
        ("streambell://a streambell://b", Ends(2)),
        ("streambell://a feeds list", Ends(2)),
        ("--unknown streambell://a", Ends(2)),
        ("--hidden run", Ends(2)),
        ("feeds", Ends(2)),
        ("feeds add", Ends(2)),
        ("feeds add --url U --view pie", Ends(2)),
        ("feeds add --url U --preset p", Ends(2)),
        ("feeds add --url U --rules", Ends(2)),
        ("presets", Ends(2)),
        ("presets keep f", Ends(2)),
        ("feeds add --url U --notify some", Ends(2)),
        ("feeds add --url U --user a --bearer", Ends(2)),
        ("watch", Ends(2)),
        ("record f", Ends(2)),
        ("record f f.jsonl --for ever", Ends(2)),
        ("replay", Ends(2)),
        ("replay f.jsonl --speed 1000", Ends(2)),
        ("replay f.jsonl --history", Ends(2)),
        ("events --since yesterday", Ends(2)),
        ("alerts --state ringing", Ends(2)),
        ("alerts read", Ends(2)),
        ("feeds keep f", Ends(2)),
        ("events --priority 9", Ends(2)),
        ("events --format csv --key k", Ends(2)),
        ("alerts acknowledge", Ends(2)),
        ("alerts acknowledge 7 --all", Ends(2)),
        ("alerts --state firing snooze 7", Ends(2)),
        ("quiet", Ends(2)),
        ("quiet soon", Ends(2)),
        ("hub --cert c", Ends(2)),
        ("hub --name https://nas", Ends(2)),
        ("hub --allow-origin *", Ends(2)),
        ("hub --listen nas:7788", Ends(2)),
        ("hub --rate 5 token list", Ends(2)),
        ("hub token", Ends(2)),
        ("hub token add", Ends(2)),
        ("hub token add phone --publish a/b", Ends(2)),
        ("publish topic message --priority 6", Ends(2)),
        ("run --demo --no-hub", Ends(2)),
    ];
    for (args, expected) in cases {
        let args = ["streambell"].into_iter().chain(args.split_whitespace());
        let all: Vec<&str> = args.collect();
        let found = match Invocation::from_args(&all) {
            Ok(invocation) => match invocation.window() {
                Some(WindowStart { link: Some(link), .. }) => {
                    Follows(all.iter().find(|arg| **arg == link).copied().expect("it was an argument"))
                }
                Some(WindowStart { hidden, demo, link: None }) => Window { hidden, demo },
                None => Command,
            },
            Err(error) => Ends(error.exit_code()),
        };
        assert_eq!(found, expected, "{all:?}");
    }
}

/// A link may stand where a verb does; that is no reason to take a mistyped verb for one.
#[test]
fn a_mistyped_verb_is_told_with_the_one_that_was_meant() {
    for (args, told) in [
        ("feed", "'feeds'"),
        ("feed list", "'feeds'"),
        ("feeds lst", "'list'"),
        ("toggel", "'toggle'"),
        ("--hidden feed", "feed"),
        ("streambel://add", "unrecognized subcommand"),
        ("https://a.example/events", "'streambell feeds add --url URL'"),
    ] {
        let all: Vec<&str> = ["streambell"].into_iter().chain(args.split_whitespace()).collect();
        let error = Invocation::from_args(&all).expect_err(args);
        assert_eq!(error.exit_code(), 2, "{args}");
        assert!(error.to_string().contains(told), "{args}: {error}");
        assert!(!error.to_string().contains("LINK"), "{args}: {error}");
    }
}
