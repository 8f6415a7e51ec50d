//! Against servers that were not written here.

use serde_json::{Value, json};

use crate::support::{Cuttable, FlaskSse, Folder, Nchan};

fn data(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["data"].as_str().unwrap()).collect()
}

#[test]
fn nchan_watch_prints_each_event_and_goes_on_after_a_restart_and_a_cut() {
    let mut nchan = Nchan::start();
    let way = Cuttable::to(nchan.address());
    let folder = Folder::new();
    nchan.publish("prices", "price", r#"{"symbol":"BTC","price":60000.10}"#);
    let watch = folder.watch(&[&way.url("/sub?id=prices")]);
    let first = watch.next();
    assert_eq!(first["event"], "price");
    assert_eq!(first["data"], r#"{"symbol":"BTC","price":60000.10}"#);
    assert!(first["id"].as_str().unwrap().ends_with(":0"), "{first}");
    assert!(first["time"].as_str().unwrap().ends_with('Z'), "{first}");
    nchan.publish("prices", "price", "2");
    assert_eq!(watch.next()["data"], "2");

    // The network fails, and what is published meanwhile comes after it, once.
    way.cut();
    watch.until_said("waiting");
    nchan.publish("prices", "price", "3");
    nchan.publish("prices", "halt", "4");
    way.mend();
    let after = [watch.next(), watch.next()];
    assert_eq!(data(&after), ["3", "4"]);
    assert_eq!(after[1]["event"], "halt");

    // nginx itself ends, and nothing of before comes again.
    nchan.stop();
    watch.until_said("waiting");
    nchan.restart();
    nchan.publish("prices", "price", "5");
    assert_eq!(watch.next()["data"], "5");
}

#[test]
fn nchan_watch_goes_on_after_an_id() {
    let nchan = Nchan::start();
    for number in 1..=3 {
        nchan.publish("t", "n", &number.to_string());
    }
    let folder = Folder::new();
    let url = nchan.url("/sub?id=t");
    let all = folder.watch(&[&url]);
    let second = [all.next(), all.next()][1].clone();
    let rest = folder.watch(&[&url, "--last-event-id", second["id"].as_str().unwrap()]);
    assert_eq!(rest.next()["data"], "3");
}

#[test]
fn nchan_run_keeps_finds_and_rings() {
    let nchan = Nchan::start();
    let way = Cuttable::to(nchan.address());
    let folder = Folder::new();
    let program = folder.start();
    let url = way.url("/sub?id=prices");
    let added = folder.ask(&["feeds", "add", "--name", "Prices", "--url", &url, "--map", "value=$.price"]);
    assert_eq!(added["name"], "Prices");
    let rule = r#"{"name":"High","feed":"Prices","when":{"value":{"crosses_above":60000}}}"#;
    folder.ask(&["rules", "add", rule]);
    folder.until_status("Prices", "open");
    let publish = |price: &str| nchan.publish("prices", "price", &format!(r#"{{"symbol":"BTC","price":{price}}}"#));
    ["59999.5", "60000.5", "60001"].into_iter().for_each(publish);
    // There is no notification service here: that is said, and the alert is kept all the same.
    program.until_said("No notification service answers");
    publish("59000");
    let events = folder.until_events("Prices", 4);
    assert!(events.iter().all(|event| event["event"] == "price"), "{events:?}");
    let found = folder.ask(&["events", "--search", "60001"]);
    assert_eq!(found[0]["data"], r#"{"symbol":"BTC","price":60001}"#);
    assert_eq!(found.as_array().unwrap().len(), 1);
    let alerts = folder.ask(&["alerts"]);
    assert_eq!(alerts.as_array().unwrap().len(), 1, "{alerts}");
    assert_eq!((&alerts[0]["title"], &alerts[0]["state"]), (&json!("High"), &json!("resolved")));
    assert_eq!(alerts[0]["event"], events[1]["seq"]);

    // Killed, cut off, started again: it goes on where it stood.
    program.kill();
    way.cut();
    nchan.publish("prices", "price", r#"{"symbol":"BTC","price":61000}"#);
    let program = folder.start();
    let status = folder.until_status("Prices", "waiting");
    assert!(!status["reason"]["message"].as_str().unwrap().is_empty(), "{status}");
    way.mend();
    let events = folder.until_events("Prices", 5);
    assert_eq!(events.len(), 5);
    assert_eq!(data(&events)[4], r#"{"symbol":"BTC","price":61000}"#);
    assert_eq!(folder.ask(&["alerts", "--state", "firing"]).as_array().unwrap().len(), 1);
    assert_eq!(program.end(), Some(0));
}

#[test]
fn nginx_answers_of_other_kinds() {
    let nchan = Nchan::start();
    nchan.publish("t", "n", "here");
    let folder = Folder::new();
    let done = folder.run(&["watch", &nchan.url("/nothing-more")]);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{done:?}");
    for moved in ["/moved?id=t", "/elsewhere?id=t"] {
        assert_eq!(folder.watch(&[&nchan.url(moved)]).next()["data"], "here", "{moved}");
    }
    folder.run(&["watch", &nchan.url("/round")]).must_refuse("a redirect in a circle", 1, &["redirects without end"]);
    let busy = folder.watch(&[&nchan.url("/busy")]);
    assert!(busy.until_said("waiting").contains("HTTP status 503"));
}

#[test]
fn nginx_basic_auth_without_a_key_ring() {
    let nchan = Nchan::start();
    nchan.publish("t", "n", "for ann");
    let folder = Folder::new();
    let url = nchan.url("/private?id=t");

    // A command that cannot keep the password says so, and adds nothing that could not work.
    let add = |name: &str, password: &str| {
        let mut command = folder.command(&["feeds", "add", "--name", name, "--url", &url, "--user", "ann"]);
        command.env("STREAMBELL_PASSWORD", password);
        crate::support::Outcome::of(command)
    };
    add("Offline", "open sesame").must_refuse(
        "no key ring and no program",
        1,
        &["key ring", "nothing was changed", "while Streambell runs"],
    );
    assert!(folder.feed_names().is_empty());

    // The running program keeps it for as long as it runs, and says so.
    let program = folder.start();
    folder.ask(&["feeds", "add", "--name", "Anonymous", "--url", &url]);
    assert_eq!(folder.until_status("Anonymous", "stopped")["reason"]["code"], "unauthorized");
    assert_eq!(add("Wrong", "open barley").code, 0);
    assert_eq!(folder.until_status("Wrong", "stopped")["reason"]["code"], "unauthorized");
    assert_eq!(add("Ann", "open sesame").code, 0);
    folder.until_status("Ann", "open");
    assert_eq!(data(&folder.until_events("Ann", 1)), ["for ann"]);
    program.until_said("key ring");
    assert!(!program.log().contains("open sesame"));
    assert!(!folder.ask(&["export"]).to_string().contains("sesame"));
    program.kill();

    // The next run has no password, says what to do, and has lost nothing else.
    let _program = folder.start();
    let status = folder.until_status("Ann", "stopped");
    assert!(status["reason"]["message"].as_str().unwrap().contains("key ring"), "{status}");
    assert_eq!(data(&folder.events("Ann")), ["for ann"]);
}

#[test]
fn flask_sse_is_waited_for_and_outlives_its_redis() {
    let mut flask = FlaskSse::start();
    let folder = Folder::new();
    let program = folder.start();
    folder.ask(&["feeds", "add", "--name", "Jobs", "--url", &flask.url()]);
    flask.until_subscribed(1);
    // No byte of an answer comes before the first event, and that is no trouble.
    assert_eq!(folder.status("Jobs")["type"], "connecting");
    flask.publish("progress", "1", &json!({ "job": "backup", "progress": 10, "total": 100 }));
    folder.until_status("Jobs", "open");
    flask.publish("progress", "2", &json!({ "job": "backup", "progress": 20, "total": 100 }));
    let events = folder.until_events("Jobs", 2);
    assert_eq!((&events[0]["event"], &events[0]["id"]), (&json!("progress"), &json!("1")));
    assert_eq!(events[1]["readings"][0]["progress"], 20.0, "{}", events[1]);

    flask.kill_redis();
    let status = folder.until_status("Jobs", "waiting");
    let reason = &status["reason"];
    assert!(["cut", "http_status"].contains(&reason["code"].as_str().unwrap()), "{status}");
    assert!(reason["message"].as_str().unwrap().contains("again by itself"), "{status}");

    flask.restart_redis();
    folder.ask(&["feeds", "resume", "Jobs"]);
    flask.until_subscribed(1);
    flask.publish("progress", "3", &json!({ "job": "backup", "progress": 100, "total": 100 }));
    let events = folder.until_events("Jobs", 3);
    assert_eq!(events.iter().map(|event| event["id"].as_str().unwrap()).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(program.end(), Some(0));
}

/// What any server says of its jobs, by the usual names, through the preset for that.
#[test]
fn job_progress_of_nchan_and_of_flask_with_redis() {
    let (nchan, flask) = (Nchan::start(), FlaskSse::start());
    let folder = Folder::new();
    let program = folder.start();
    let from_nchan = nchan.url("/sub?id=jobs");
    for (name, url) in [("nginx", &from_nchan), ("Flask", &flask.url())] {
        folder.add_of("job-progress", name, &[("url", url)], None, &["--rules"]);
    }
    flask.until_subscribed(1);
    folder.until_status("nginx", "open");
    for (progress, status) in [(0, "running"), (40, "running"), (100, "done")] {
        let job = json!({ "job": "nightly", "progress": progress, "total": 100, "status": status });
        nchan.publish("jobs", "progress", &job.to_string());
        flask.publish("progress", &progress.to_string(), &job);
    }
    let failed = json!({ "job": "import", "progress": 3, "total": 9, "status": "failed", "message": "Row 4" });
    nchan.publish("jobs", "progress", &failed.to_string());
    flask.publish("progress", "4", &failed);
    for name in ["nginx", "Flask"] {
        let events = folder.until_events(name, 4);
        let readings: Vec<_> = events.iter().map(|event| &event["readings"][0]).collect();
        let told = |at: usize| (&readings[at]["key"], &readings[at]["progress"], &readings[at]["total"]);
        assert_eq!(told(1), (&json!("nightly"), &json!(40.0), &json!(100.0)), "{name}");
        assert_eq!(told(3), (&json!("import"), &json!(3.0), &json!(9.0)), "{name}");
        assert_eq!((&readings[3]["priority"], &readings[3]["body"]), (&json!(4), &json!("Row 4")), "{name}");
    }
    let alerts = folder.ask(&["alerts"]);
    let mut titles: Vec<_> = alerts.as_array().unwrap().iter().map(|alert| alert["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["A job failed", "A job failed", "A job is done", "A job is done"], "{alerts}");
    assert_eq!(program.end(), Some(0));
}
