use crate::support::{Desktop, Feed};

fn report(feed: &Feed, percent: u8) {
    let state = if percent == 100 { "done" } else { "running" };
    feed.send(&format!(r#"{{"job":"Backup","progress":{percent},"status":"{state}"}}"#));
}

#[tokio::test]
async fn a_job_that_runs_to_its_end_is_one_live_notification() {
    let (desktop, mut service) = Desktop::recorded().await;
    let feed = Feed::start().await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.add_feed("Jobs", &feed.url("/events"), "all").await;

    report(&feed, 0);
    let first = service.shown().await;
    assert_eq!((first.replaces, first.hints["value"].as_str()), (0, "0"));
    assert_eq!(first.hints["category"], "\"transfer\"");
    let mut reached = 0;
    for tenth in 0..10 {
        for percent in tenth * 10 + 1..=tenth * 10 + 10 {
            report(&feed, percent);
        }
        // Several reports may come as one call: nobody reads faster.
        while reached < tenth * 10 + 10 {
            let live = service.shown().await;
            assert_eq!((live.replaces, live.id), (first.id, first.id), "in place of the first");
            let value: u8 = live.hints["value"].parse().expect("a number");
            assert!(value > reached, "{value} after {reached}");
            reached = value;
        }
        assert_eq!(service.screen().len(), 1);
    }
    let last = &service.screen()[&first.id];
    assert_eq!((last.title.as_str(), last.body.as_str()), ("Jobs", "Backup: done"));
    assert_eq!((last.hints["category"].as_str(), reached), ("\"transfer.complete\"", 100));
    let alerts = desktop.alerts_are(&["resolved", "resolved"]).await;
    assert_eq!((&alerts[0]["body"], &alerts[1]["body"]), (&"Backup: 0 %".into(), &"Backup: done".into()));
}

#[tokio::test]
async fn a_job_is_seen_as_one_notification_that_moves() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.add_feed("Jobs", &feed.url("/events"), "all").await;
    for (percent, said) in [(0, "Backup: 0 %"), (50, "Backup: 50 %"), (100, "Backup: done")] {
        report(&feed, percent);
        desktop.notification_with(said).await;
        assert_eq!(desktop.on_screen().await, 1);
    }
    desktop.picture("job");
}
