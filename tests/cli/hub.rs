//! A hub that is started from the command line, and who may come in.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::TcpStream,
    path::Path,
    process::{ChildStdout, Stdio},
    time::Instant,
};

use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::support::{PATIENCE, Running, output, streambell};

struct Hub {
    running: Running,
    url: String,
}

/// A hub on a free port.
fn hub(folder: &Path, args: &[&str]) -> Hub {
    let mut hub = streambell(folder, &[&["hub", "--listen", "127.0.0.1:0"], args].concat());
    let mut running = Running(hub.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let line = first_line(running.0.stdout.take().unwrap());
    let url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().unwrap().to_owned();
    Hub { running, url }
}

fn first_line(output: ChildStdout) -> String {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    line
}

fn done(folder: &Path, args: &[&str]) -> (Value, String) {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!(code, 0, "{args:?}: {stderr}");
    (serde_json::from_str(&stdout).unwrap(), stderr)
}

/// What is said on standard error by a command that fails.
fn refused(folder: &Path, args: &[&str]) -> String {
    let (code, stdout, stderr) = output(streambell(folder, args));
    assert_eq!((code, stdout.as_str()), (1, ""), "{args:?}");
    stderr
}

/// Tries until it ends so: a running hub looks at its files once a second.
fn soon(folder: &Path, args: &[&str], code: i32) {
    let deadline = Instant::now() + PATIENCE;
    while output(streambell(folder, args)).0 != code {
        assert!(Instant::now() < deadline, "{args:?}");
    }
}

#[test]
fn tokens_are_made_listed_and_removed_while_the_hub_runs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let Hub { url, .. } = &hub(folder, &[]);
    done(folder, &["publish", "news", "for anybody", "--hub", url]);

    let (all, told) = done(folder, &["hub", "token", "add", "desk"]);
    assert_eq!((&all["publish"], &all["subscribe"]), (&json!(["*"]), &json!(["*"])));
    assert!(told.contains("shown this once"), "{told}");
    let (ci, _) = done(folder, &["hub", "token", "add", "ci", "--publish", "builds-*,jobs"]);
    assert_eq!((&ci["publish"], &ci["subscribe"]), (&json!(["builds-*", "jobs"]), &json!([])));
    assert!(refused(folder, &["hub", "token", "add", "ci"]).contains("choose another name"));
    let (listed, _) = done(folder, &["hub", "token", "list"]);
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["desk", "ci"]);
    let [all, ci] = [&all, &ci].map(|token| token["token"].as_str().unwrap());
    assert!(!listed.to_string().contains(&ci[3..]), "{listed}");

    soon(folder, &["publish", "news", "x", "--hub", url], 1);
    done(folder, &["publish", "builds-web", "green", "--hub", url, "--token", ci]);
    assert!(refused(folder, &["publish", "news", "x", "--hub", url]).contains("401"));
    let told = refused(folder, &["publish", "news", "x", "--hub", url, "--token", ci]);
    assert!(told.contains("the token 'ci' may not publish to news"), "{told}");
    assert!(!told.contains(ci), "{told}");
    let mut by_environment = streambell(folder, &["publish", "news", "x", "--hub", url]);
    by_environment.env("STREAMBELL_TOKEN", all);
    assert_eq!(output(by_environment).0, 0);

    let header = format!("Authorization: Bearer {all}");
    let mut watching = streambell(folder, &["watch", &format!("{url}/news/sse?since=all"), "-H", &header]);
    let mut watching = Running(watching.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    assert!(first_line(watching.0.stdout.take().unwrap()).contains("for anybody"));

    done(folder, &["hub", "token", "remove", "desk"]);
    assert!(refused(folder, &["hub", "token", "remove", "desk"]).contains("token list"));
    let (_, told) = done(folder, &["hub", "token", "remove", "ci"]);
    assert!(told.contains("No token is left"), "{told}");
    soon(folder, &["publish", "news", "x", "--hub", url], 0);
}

#[test]
fn a_hub_for_others_is_not_started_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    for args in [&["--listen", "0.0.0.0:0"][..], &["--listen", "[::]:0"], &["--name", "nas"]] {
        let told = refused(folder.path(), &[&["hub"], args, &["--data", data]].concat());
        assert!(told.contains("streambell hub token add"), "{told}");
    }
    done(folder.path(), &["hub", "token", "add", "phone", "--data", data]);
    let named = hub(folder.path(), &["--name", "nas", "--data", data]);
    assert!(refused(folder.path(), &["publish", "news", "x", "--hub", &named.url]).contains("401"));
    let elsewhere = hub(folder.path(), &[]);
    done(folder.path(), &["publish", "news", "x", "--hub", &elsewhere.url]);
}

#[test]
fn a_hub_speaks_https_and_publish_does() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let pair = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    fs::write(&cert, CertificateParams::new(names).unwrap().self_signed(&pair).unwrap().pem()).unwrap();
    fs::write(&key, pair.serialize_pem()).unwrap();
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());

    let told = refused(folder.path(), &["hub", "--listen", "127.0.0.1:0", "--cert", key, "--key", key]);
    assert!(told.contains("there is no certificate in"), "{told}");
    let mut hub = hub(folder.path(), &["--cert", cert, "--key", key]);
    assert!(hub.url.starts_with("https://127.0.0.1:"), "{}", hub.url);
    done(folder.path(), &["publish", "news", "x", "--hub", &hub.url, "--cacert", cert]);
    let by_name = hub.url.replace("127.0.0.1", "localhost");
    done(folder.path(), &["publish", "news", "x", "--hub", &by_name, "--cacert", cert]);
    let told = refused(folder.path(), &["publish", "news", "x", "--hub", &hub.url]);
    assert!(told.contains("--cacert"), "{told}");

    // Streams are ended when the hub is.
    let mut watching =
        streambell(folder.path(), &["watch", &format!("{by_name}/news/sse?since=all"), "--cacert", cert]);
    let mut watching = Running(watching.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    assert!(first_line(watching.0.stdout.take().unwrap()).contains("news"));
    let ended = std::process::Command::new("kill").args(["-TERM", &hub.running.0.id().to_string()]).status();
    assert!(ended.unwrap().success());
    assert_eq!(hub.running.wait(), Some(0));
}

#[test]
fn limits_are_as_they_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path(), &["--rate", "1", "--max-topics", "1"]);
    let addr = hub.url.strip_prefix("http://").unwrap();
    let publish = |topic: &str| {
        let mut stream = TcpStream::connect(addr).unwrap();
        let request =
            format!("POST /{topic} HTTP/1.1\r\nHost: {addr}\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(publish("one").starts_with("HTTP/1.1 200 "));
    assert!(publish("two").contains("as many topics as it takes"));
    let refused = (0..).map(|_| publish("one")).find(|answer| !answer.starts_with("HTTP/1.1 200 ")).unwrap();
    assert!(refused.starts_with("HTTP/1.1 429 ") && refused.contains("retry-after: 1\r\n"), "{refused}");
}
