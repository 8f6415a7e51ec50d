//! A feed is tried out before it is added.

use std::{sync::Arc, time::Duration};

use streambell_engine::{
    Probe,
    model::{Auth, Condition, Dialect, FeedDraft, Headers, Mapping, Notify, ProbeNews, Query, Sample, View},
};
use tokio::time::timeout;

use crate::support::{Bench, Folder, Ring, Server};

const PATIENCE: Duration = Duration::from_secs(20);

fn draft(url: &str) -> FeedDraft {
    FeedDraft { url: url.into(), ..FeedDraft::default() }
}

async fn news(probe: &mut Probe) -> ProbeNews {
    timeout(PATIENCE, probe.next()).await.expect("news come").expect("it runs")
}

/// Goes on until something comes that is of interest.
async fn until<T>(probe: &mut Probe, wanted: impl Fn(&ProbeNews) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(&news(probe).await) {
            return found;
        }
    }
}

async fn samples(probe: &mut Probe, count: usize) -> Vec<Sample> {
    let mut all = Vec::new();
    while all.len() < count {
        all.extend(
            until(probe, |news| match news {
                ProbeNews::Samples { samples } => Some(samples.clone()),
                _ => None,
            })
            .await,
        );
    }
    all
}

async fn failure(probe: &mut Probe) -> (String, String, Vec<String>) {
    until(probe, |news| match news {
        ProbeNews::Failed { reason, instead } => Some((reason.code.clone(), reason.message.clone(), instead.clone())),
        _ => None,
    })
    .await
}

async fn opened(probe: &mut Probe) {
    until(probe, |news| matches!(news, ProbeNews::Open { .. }).then_some(())).await;
}

/// It ends before its time; what it had found until then may still be read.
async fn stopped(mut probe: Probe) {
    while let Some(news) = timeout(PATIENCE, probe.next()).await.expect("it ends") {
        assert_eq!(news, ProbeNews::KeepAlive, "it was not stopped");
    }
}

async fn try_out(bench: &Bench, draft: FeedDraft) -> Probe {
    bench.engine.probe_feed(None, draft).await.expect("a probe")
}

#[tokio::test]
async fn what_comes_is_shown_and_nothing_of_it_is_kept_or_rung() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let all = FeedDraft { notify: Notify::All, ..draft(&server.url) };
    let mut probe = try_out(&bench, all).await;
    assert_eq!(news(&mut probe).await, ProbeNews::Connecting);
    let ProbeNews::Open { version, through, .. } = news(&mut probe).await else { panic!("it opens") };
    assert_eq!((version.as_str(), through), ("HTTP/1.1", None));
    // The server begins with something that is no event.
    until(&mut probe, |news| (*news == ProbeNews::KeepAlive).then_some(())).await;
    server.send_block("event: tick\ndata: {\"symbol\":\"BTC\",\"price\":61234.5}\n");
    let seen = samples(&mut probe, 1).await;
    let data = r#"{"symbol":"BTC","price":61234.5}"#;
    let wanted = Sample { event: "tick".into(), id: "1".into(), data: data.into(), bytes: data.len() as u64 };
    assert_eq!(seen, [wanted]);
    drop(probe);
    assert!(bench.history().await.is_empty());
    assert!(bench.engine.feeds().await.expect("feeds").is_empty());
    assert!(bench.rung.all().is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn it_is_over_when_there_is_enough_of_events_and_of_data() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let large = "x".repeat(100_000);
    for _ in 0..60 {
        server.send(&large);
    }
    let mut probe = try_out(&bench, draft(&server.url)).await;
    let seen = samples(&mut probe, 50).await;
    until(&mut probe, |news| (*news == ProbeNews::Over).then_some(())).await;
    assert_eq!(probe.next().await, None);
    assert_eq!(seen.len(), 50);
    assert!(seen.iter().all(|sample| sample.bytes == 100_000));
    assert!(seen.iter().map(|sample| sample.data.len()).sum::<usize>() <= 512 * 1024);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_feed_that_says_nothing_is_waited_for_and_then_left() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let mut probe = try_out(&bench, draft(&server.url)).await;
    opened(&mut probe).await;
    tokio::time::pause();
    until(&mut probe, |news| (*news == ProbeNews::Quiet).then_some(())).await;
    until(&mut probe, |news| (*news == ProbeNews::Over).then_some(())).await;
    assert_eq!(probe.next().await, None);
    tokio::time::resume();
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_with_what_to_do() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let page = "<html><script>new EventSource('/live?topic=a')</script></html>";
    let other = server.url.replace("/feed", "/live?topic=a");
    for (answer, code, advice, instead) in [
        ("HTTP/1.1 404 Not Found\ncontent-length: 0\n\n".to_owned(), "not_found", "Check the address", vec![]),
        (
            "HTTP/1.1 401 Unauthorized\nwww-authenticate: Bearer\ncontent-length: 0\n\n".to_owned(),
            "unauthorized",
            "token",
            vec![],
        ),
        (
            format!("HTTP/1.1 200 OK\ncontent-type: text/html\ncontent-length: {}\n\n{page}", page.len()),
            "wrong_type",
            "reads from",
            vec![other],
        ),
        (
            "HTTP/1.1 200 OK\ncontent-type: application/x-ndjson\ncontent-length: 3\n\n{}\n".to_owned(),
            "wrong_type",
            "JSON lines",
            vec![],
        ),
    ] {
        server.answer(&answer);
        let mut probe = try_out(&bench, draft(&server.url)).await;
        let (found, message, addresses) = failure(&mut probe).await;
        assert_eq!((found.as_str(), addresses), (code, instead), "{message}");
        assert!(message.contains(advice), "{message}");
        assert_eq!(probe.next().await, None);
    }
    let gone = "http://127.0.0.1:9/feed";
    assert_eq!(failure(&mut try_out(&bench, draft(gone)).await).await.0, "refused");
    assert!(bench.engine.probe_feed(None, draft("ws://a.example/")).await.is_err());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_login_is_sent_from_the_draft_or_for_an_edited_feed_from_the_key_ring() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let ring = Arc::new(Ring::default());
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    let with = |token: Option<&str>, key: Option<&str>| FeedDraft {
        auth: Some(Auth::Bearer { token: token.map(str::to_owned) }),
        headers: Headers([("X-Key".to_owned(), key.map(str::to_owned))].into()),
        enabled: Some(false),
        ..draft(&server.url)
    };
    let mut probe = try_out(&bench, with(Some("one"), Some("k1"))).await;
    opened(&mut probe).await;
    let last = || server.requests().pop().expect("a request");
    assert!(last().contains("authorization: bearer one\r\n") && last().contains("x-key: k1\r\n"), "{}", last());
    assert!(ring.kept.lock().expect("no panic").is_empty(), "nothing is kept");
    let mut probe = try_out(&bench, with(None, Some("k1"))).await;
    assert_eq!(failure(&mut probe).await.0, "secret_missing");

    let feed = bench.engine.add_feed(with(Some("two"), Some("k2"))).await.expect("added");
    let mut probe = bench.engine.probe_feed(Some(feed.id), with(None, Some("k3"))).await.expect("a probe");
    opened(&mut probe).await;
    assert!(last().contains("authorization: bearer two\r\n") && last().contains("x-key: k3\r\n"), "{}", last());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn one_runs_at_a_time_until_it_is_stopped() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let mut first = try_out(&bench, draft(&server.url)).await;
    opened(&mut first).await;
    let mut second = try_out(&bench, draft(&server.url)).await;
    stopped(first).await;
    opened(&mut second).await;
    bench.engine.stop_probe();
    stopped(second).await;
    bench.engine.stop_probe();
    bench.engine.shutdown().await;
}

fn sample(data: &str) -> Sample {
    Sample { event: "message".into(), id: String::new(), data: data.into(), bytes: data.len() as u64 }
}

#[tokio::test]
async fn samples_are_understood_with_their_guesses_and_with_rules_that_make_sense() {
    let folder = Folder::new();
    let bench = folder.start().await;
    for (samples, view, rules) in [
        (
            &[r#"{"symbol":"BTC","price":60000}"#, r#"{"symbol":"BTC","price":61000}"#][..],
            View::Price,
            &[
                r#"{"value":{"crosses_above":62220,"recovers_below":61610}}"#,
                r#"{"value":{"changes_by_percent":5,"within":"1h"}}"#,
                r#"{"silent_for":"10m"}"#,
            ][..],
        ),
        (
            &[r#"[{"symbol":"A","price":1},{"symbol":"B","price":2}]"#],
            View::Price,
            &[r#"{"value":{"changes_by_percent":5,"within":"1h"}}"#],
        ),
        (
            &[r#"{"job":"a","progress":40}"#],
            View::Progress,
            &[r#"{"progress":{"reaches_percent":100}}"#, r#"{"progress":{"stalls_for":"5m"}}"#],
        ),
        (&[r#"{"topic":"x","title":"t","message":"m","priority":3}"#], View::News, &[r#"{"cel":"priority >= 4"}"#]),
        (&[r#"{"level":"INFO","msg":"a"}"#], View::Log, &[r#"{"field":"$.level","in":["ERROR","CRITICAL","FATAL"]}"#]),
        (&["plain"], View::Log, &[]),
    ] {
        let samples: Vec<_> = samples.iter().map(|data| sample(data)).collect();
        let understood = bench.engine.understand(&Mapping::default(), &Dialect::default(), &samples).expect("it is");
        assert_eq!(understood.view, Some(view), "{samples:?}");
        let found: Vec<_> = understood.rules.iter().map(|rule| rule.when.clone()).collect();
        let wanted: Vec<Condition> =
            rules.iter().map(|rule| serde_json::from_str(rule).expect("a condition")).collect();
        assert_eq!(found, wanted, "{samples:?}");
        for rule in understood.rules {
            bench.engine.preview_rule(rule, None).await.expect("the rule can be used");
        }
    }
    assert!(bench.engine.list_events(Query::default()).await.expect("a page").events.is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_mapping_is_tried_on_samples_and_what_is_guessed_has_a_place() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let samples =
        [sample(r#"{"data":{"price":3,"the name":"x","it's":"n"},"other":[{"deep":"7.50"}]}"#), sample("ping")];
    let understood = bench.engine.understand(&Mapping::default(), &Dialect::default(), &samples).expect("it is");
    assert_eq!(understood.samples[0].guessed.value.as_deref(), Some("$.data.price"));
    assert!(understood.samples[1].readings.is_empty(), "a keep-alive");
    let map = Mapping {
        value: Some("$.other[0].deep".into()),
        title: Some("$.data['the name']".into()),
        key: Some(r"$['data']['it\'s']".into()),
        ..Mapping::default()
    };
    let understood = bench.engine.understand(&map, &Dialect::default(), &samples).expect("it is");
    let reading = &understood.samples[0].readings[0];
    assert_eq!(reading.value.map(|value| value.to_string()).as_deref(), Some("7.50"));
    assert_eq!((reading.title.as_deref(), reading.key.as_deref()), (Some("x"), Some("n")));
    assert_eq!(understood.samples[0].guessed.value, None, "that is not guessed");
    assert_eq!(understood.view, Some(View::Price));
    let wrong = Mapping { value: Some("$.[".into()), ..Mapping::default() };
    assert!(
        bench
            .engine
            .understand(&wrong, &Dialect::default(), &samples)
            .expect_err("it is wrong")
            .to_string()
            .starts_with("map.value: ")
    );

    // The elements of an array are taken one by one, also where a name needs quotes.
    let array = [sample(r#"[{"last price":1},{"last price":2}]"#)];
    let map = Mapping { value: Some("$['last price']".into()), ..Mapping::default() };
    let understood = bench.engine.understand(&map, &Dialect::default(), &array).expect("it is");
    let values: Vec<_> = understood.samples[0].readings.iter().filter_map(|reading| reading.value).collect();
    assert_eq!(values.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1", "2"]);
    bench.engine.shutdown().await;
}
