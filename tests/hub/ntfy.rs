//! The `curl` lines of ntfy's documentation, run as they are with the hub in ntfy.sh's place.

use std::process::Stdio;

use serde_json::{Value, json};
use streambell_hub::{Hub, Message};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::client::{Answer, PATIENCE, ask, hub};

/// What `curl` prints.
async fn curl(hub: &Hub, line: &str) -> String {
    let line = line.replace("ntfy.sh", &hub.addr().to_string());
    // Neither a proxy nor the settings of whoever runs this.
    let script = format!("curl() {{ command curl -q -sS --noproxy '*' \"$@\"; }}\n{line}");
    let shell = Command::new("sh").arg("-c").arg(&script).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = shell.await.unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn poll(hub: &Hub, topic: &str) -> Answer {
    ask(hub.addr(), &format!("GET /{topic}/json?poll=1"), &[], b"").await
}

/// Publishing lines, the topic, and what a subscriber must see beside id, time, event and topic.
fn published() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (r#"curl -d "Backup successful 😀" ntfy.sh/mytopic"#, "mytopic", json!({ "message": "Backup successful 😀" })),
        (
            r#"curl \
                -H "Title: Unauthorized access detected" \
                -H "Priority: urgent" \
                -H "Tags: warning,skull" \
                -d "Remote access to phils-laptop detected. Act right away." \
                ntfy.sh/phil_alerts"#,
            "phil_alerts",
            json!({ "title": "Unauthorized access detected", "priority": 5, "tags": ["warning", "skull"],
                    "message": "Remote access to phils-laptop detected. Act right away." }),
        ),
        (
            r#"curl -H "t: Dogs are better than cats" -d "Oh my ..." ntfy.sh/controversial"#,
            "controversial",
            json!({ "title": "Dogs are better than cats", "message": "Oh my ..." }),
        ),
        (
            r#"curl -H "X-Priority: 5" -d "An urgent message" ntfy.sh/phil_alerts"#,
            "phil_alerts",
            json!({ "priority": 5, "message": "An urgent message" }),
        ),
        (
            r#"curl -H p:4 -d "A high priority message" ntfy.sh/phil_alerts"#,
            "phil_alerts",
            json!({ "priority": 4, "message": "A high priority message" }),
        ),
        (
            r#"curl -H "X-Tags: warning,mailsrv13,daily-backup" -d "Backup of mailsrv13 failed" ntfy.sh/backups"#,
            "backups",
            json!({ "tags": ["warning", "mailsrv13", "daily-backup"], "message": "Backup of mailsrv13 failed" }),
        ),
        (
            r#"curl -H ta:dog -d "Dogs are awesome" ntfy.sh/backups"#,
            "backups",
            json!({ "tags": ["dog"], "message": "Dogs are awesome" }),
        ),
        (
            r#"curl \
                -d "Look ma, **bold text**, *italics*, ..." \
                -H "Markdown: yes" \
                ntfy.sh/mytopic"#,
            "mytopic",
            json!({ "message": "Look ma, **bold text**, *italics*, ...", "content_type": "text/markdown" }),
        ),
        ("curl ntfy.sh/mywebhook/trigger", "mywebhook", json!({ "message": "triggered" })),
        (
            r#"curl "ntfy.sh/mywebhook/publish?message=Webhook+triggered&priority=high&tags=warning,skull""#,
            "mywebhook",
            json!({ "message": "Webhook triggered", "priority": 4, "tags": ["warning", "skull"] }),
        ),
        (
            r#"curl ntfy.sh \
              -d '{
                "topic": "mytopic",
                "message": "Disk space is low at 5.1 GB",
                "title": "Low disk space alert",
                "tags": ["warning","cd"],
                "priority": 4,
                "attach": "https://filesrv.lan/space.jpg",
                "filename": "diskspace.jpg",
                "click": "https://homecamera.lan/xasds1h2xsSsa/",
                "actions": [{ "action": "view", "label": "Admin panel", "url": "https://filesrv.lan/admin" }]
              }'"#,
            "mytopic",
            json!({ "message": "Disk space is low at 5.1 GB", "title": "Low disk space alert",
                    "tags": ["warning", "cd"], "priority": 4, "click": "https://homecamera.lan/xasds1h2xsSsa/",
                    "attachment": { "name": "diskspace.jpg", "url": "https://filesrv.lan/space.jpg" },
                    "actions": [{ "action": "view", "label": "Admin panel", "clear": false,
                                  "url": "https://filesrv.lan/admin" }] }),
        ),
        (
            r#"body='{"temperature": 65}'
            curl \
                -d "You left the house. Turn down the A/C?" \
                -H "Actions: view, Open portal, https://home.nest.com/, clear=true; \
                             http, Turn down, https://api.nest.com/, body='$body'" \
                ntfy.sh/myhome"#,
            "myhome",
            json!({ "message": "You left the house. Turn down the A/C?",
                    "actions": [
                        { "action": "view", "label": "Open portal", "clear": true, "url": "https://home.nest.com/" },
                        { "action": "http", "label": "Turn down", "clear": false, "url": "https://api.nest.com/",
                          "body": "{\"temperature\": 65}" },
                    ] }),
        ),
        (
            r#"curl \
                -d "New messages on Reddit" \
                -H "Click: https://www.reddit.com/message/messages" \
                ntfy.sh/reddit_alerts"#,
            "reddit_alerts",
            json!({ "message": "New messages on Reddit", "click": "https://www.reddit.com/message/messages" }),
        ),
        (
            r#"curl \
                -X POST \
                -H "Attach: https://f-droid.org/F-Droid.apk" \
                ntfy.sh/mydownloads"#,
            "mydownloads",
            json!({ "message": "You received a file: F-Droid.apk",
                    "attachment": { "name": "F-Droid.apk", "url": "https://f-droid.org/F-Droid.apk" } }),
        ),
        (
            r#"curl \
                -H "Icon: https://styles.redditmedia.com/t5_32uhe/styles/communityIcon_xnt6chtnr2j21.png" \
                -H "Title: Kodi: Resuming Playback" \
                -H "Tags: arrow_forward" \
                -d "The Wire, S01E01" \
                ntfy.sh/tvshows"#,
            "tvshows",
            json!({ "title": "Kodi: Resuming Playback", "tags": ["arrow_forward"], "message": "The Wire, S01E01",
                    "icon": "https://styles.redditmedia.com/t5_32uhe/styles/communityIcon_xnt6chtnr2j21.png" }),
        ),
        (
            r#"curl -H "X-Firebase: no" -d "This message won't be forwarded to FCM" ntfy.sh/mytopic"#,
            "mytopic",
            json!({ "message": "This message won't be forwarded to FCM" }),
        ),
        (
            r#"curl -H "Title: =?UTF-8?B?8J+HqfCfh6o=?=" -d "hallo" ntfy.sh/mytopic"#,
            "mytopic",
            json!({ "title": "🇩🇪", "message": "hallo" }),
        ),
        (r#"printf 'from a file\n' | curl -T - ntfy.sh/mytopic"#, "mytopic", json!({ "message": "from a file" })),
        (
            r#"curl -d "Downloading file..." ntfy.sh/mytopic/my-download-123"#,
            "mytopic",
            json!({ "sequence_id": "my-download-123", "message": "Downloading file..." }),
        ),
        (
            r#"curl -H "X-Sequence-ID: my-download-123" -d "Download complete" ntfy.sh/mytopic"#,
            "mytopic",
            json!({ "sequence_id": "my-download-123", "message": "Download complete" }),
        ),
        (
            "curl -X PUT ntfy.sh/mytopic/my-download-123/clear",
            "mytopic",
            json!({ "event": "message_clear", "sequence_id": "my-download-123" }),
        ),
        (
            "curl -X DELETE ntfy.sh/mytopic/my-download-123",
            "mytopic",
            json!({ "event": "message_delete", "sequence_id": "my-download-123" }),
        ),
    ]
}

#[tokio::test]
async fn lines_that_publish() {
    let hub = hub().await;
    for (line, topic, expected) in published() {
        let receipt: Value = serde_json::from_str(&curl(&hub, line).await).unwrap();
        let kept = poll(&hub, topic).await.body;
        let mut seen: Value = serde_json::from_str(kept.lines().last().unwrap()).unwrap();
        assert_eq!(seen, receipt, "{line}: the publisher is told what subscribers get");

        let fields = seen.as_object_mut().unwrap();
        assert_eq!(fields.remove("topic").unwrap(), topic);
        assert!(fields.remove("id").unwrap().is_string() && fields.remove("time").unwrap().is_u64());
        if expected.get("event").is_none() {
            assert_eq!(fields.remove("event").unwrap(), "message");
        }
        for action in fields.get_mut("actions").and_then(Value::as_array_mut).into_iter().flatten() {
            assert!(action.as_object_mut().unwrap().remove("id").unwrap().is_string());
        }
        assert_eq!(seen, expected, "{line}");
    }
}

#[tokio::test]
async fn lines_that_ask_for_what_the_hub_does_not_do() {
    let hub = hub().await;
    let lines = [
        (r#"curl -H "At: tomorrow, 10am" -d "Good morning" ntfy.sh/t"#, "delivers at once"),
        (r#"curl -H "In: 30min" -d "It's 30 minutes later now" ntfy.sh/t"#, "delivers at once"),
        (r#"curl -H "Email: phil@example.com" -d "You've Got Mail" ntfy.sh/t"#, "no e-mail"),
        (r#"curl -d "You've Got Mail" "ntfy.sh/t?email=phil@example.com""#, "no e-mail"),
        (r#"curl -H "Call: +12223334444" -d 'Your garage seems to be on fire.' ntfy.sh/t"#, "calls nobody"),
        (r#"printf x | curl -T - -H "Filename: flower.jpg" ntfy.sh/t"#, "keeps no files"),
        (r#"curl -H "Cache: no" -d "This message won't be stored server-side" ntfy.sh/t"#, "keeps every message"),
        (
            r#"curl --globoff -d '{"error": {"desc": "Disk"}}' 'ntfy.sh/t?tpl=yes&t={{.error.desc}}&m=Error'"#,
            "no templates",
        ),
    ];
    for (line, why) in lines {
        let refusal: Value = serde_json::from_str(&curl(&hub, line).await).unwrap();
        assert_eq!(refusal["status"], 400, "{line}");
        assert!(refusal["error"].as_str().unwrap().contains(why), "{line}: {refusal}");
    }
    assert_eq!(poll(&hub, "t").await.body, "", "nothing was published");
}

#[tokio::test]
async fn lines_that_subscribe() {
    let hub = hub().await;
    for line in [
        r#"curl -d "first" ntfy.sh/mytopic"#,
        r#"curl -H "Priority: high" -H "Tags: error,zfs-error" -d "ZFS pool corruption detected" ntfy.sh/mytopic"#,
    ] {
        curl(&hub, line).await;
    }
    let both = ["first", "ZFS pool corruption detected"];
    let lines = [
        (r#"curl -s "ntfy.sh/mytopic/json?poll=1""#, &both[..]),
        (r#"curl -s "ntfy.sh/mytopic/json?poll=1&since=10m""#, &both),
        (r#"curl -s "ntfy.sh/mytopic/json?poll=1&since=1645970742""#, &both),
        (r#"curl -s "ntfy.sh/mytopic/json?poll=1&since=nFS3knfcQ1xe""#, &both),
        (r#"curl -s "ntfy.sh/mytopic/json?poll=1&since=latest""#, &both[1..]),
        (r#"curl -s "ntfy.sh/mytopic/json?poll=1&sched=1""#, &both),
        (r#"curl "ntfy.sh/mytopic/json?poll=1&priority=high&tags=zfs-error""#, &both[1..]),
        (r#"curl -s "ntfy.sh/mytopic,other/json?poll=1""#, &both),
    ];
    for (line, expected) in lines {
        let came = curl(&hub, line).await;
        let texts: Vec<Value> =
            came.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["message"].clone()).collect();
        assert_eq!(texts, expected, "{line}");
    }
    assert_eq!(curl(&hub, r#"curl -s "ntfy.sh/mytopic/raw?poll=1""#).await, both.join("\n") + "\n");
}

#[tokio::test]
async fn a_line_that_listens() {
    let hub = hub().await;
    let url = format!("http://{}/disk-alerts/json", hub.addr());
    let mut curl = Command::new("curl")
        .args(["-q", "-s", "-N", "--noproxy", "*", &url])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(curl.stdout.take().unwrap()).lines();
    let mut next = async || -> Value {
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("nothing came").unwrap();
        serde_json::from_str(&line.expect("the stream ended")).unwrap()
    };
    assert_eq!(next().await["event"], "open");
    hub.publish("disk-alerts", Message::text("Disk full")).await.unwrap();
    assert_eq!(next().await["message"], "Disk full");
    hub.shutdown().await;
    assert!(curl.wait().await.unwrap().success(), "the stream ended in good order");
}
