//! What is in the .rpm.

use crate::packages::{done, package};

fn query(args: &[&str]) -> String {
    let file = package("rpm");
    done("rpm", ["--query", "--package"].iter().chain(args).copied().chain([file.to_str().expect("text")]))
}

#[test]
fn it_says_what_it_is_and_what_it_needs() {
    let said = query(&["--queryformat", "%{NAME} %{VERSION} %{LICENSE} %{URL}"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(said, format!("streambell {version} MIT OR Apache-2.0 {}", env!("CARGO_PKG_REPOSITORY")));
    let needs = query(&["--requires"]);
    for library in ["libwebkit2gtk-4.1.so.0()(64bit)", "libgtk-3.so.0()(64bit)", "ca-certificates"] {
        assert!(needs.lines().any(|need| need == library), "{library} is not in\n{needs}");
    }
    assert!(!needs.contains("appindicator"), "the tray needs no library");
}

#[test]
fn it_holds_what_the_deb_holds() {
    let files = query(&["--list"]);
    for file in [
        "/usr/bin/streambell",
        "/usr/share/applications/streambell.desktop",
        "/usr/share/metainfo/org.streambell.Streambell.metainfo.xml",
        "/usr/share/icons/hicolor/48x48/apps/streambell.png",
        "/usr/share/icons/hicolor/symbolic/apps/streambell-symbolic.svg",
        "/usr/share/man/man1/streambell.1.gz",
        "/usr/share/bash-completion/completions/streambell",
        "/usr/share/zsh/site-functions/_streambell",
        "/usr/share/licenses/streambell/LICENSE-MIT",
        "/usr/lib/systemd/user/streambell.service",
    ] {
        assert!(files.lines().any(|found| found == file), "{file} is not in\n{files}");
    }
    done("rpm", ["--checksig", "--nosignature", package("rpm").to_str().expect("text")]);
}

#[test]
fn it_says_where_data_are_left() {
    assert!(query(&["--scripts"]).contains("~/.local/share/streambell"));
}
