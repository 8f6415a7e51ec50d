//! The .deb on a Debian that has nothing of what builds it: installed, used as a person uses it, and removed.

use std::fs;

use crate::{
    packages::{done, package},
    support::{Desktop, Feed, Page, Tray, exit_code, hook, until},
};

/// Runs a command in that Debian; what it printed.
fn inside(command: &[&str]) -> String {
    let apart = ["exec", "target/debian", "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"];
    done("scripts/clean-debian.sh", apart.iter().chain(command))
}

/// Every file in it that has the program's name.
fn traces() -> String {
    inside(&["find", "/", "-xdev", "-iname", "*streambell*", "-not", "-path", "/tmp/*", "-not", "-path", "/proc/*"])
}

#[tokio::test]
async fn it_is_installed_used_and_removed_without_a_trace() {
    assert_eq!(traces(), "", "this Debian has seen the program before: run scripts/test-package.sh");
    let folder = tempfile::tempdir_in("/tmp").expect("a folder can be made");
    let deb = folder.path().join("streambell_amd64.deb");
    fs::copy(package("deb"), &deb).expect("it can be copied");
    let deb = deb.to_str().expect("it is text");

    inside(&["apt-get", "update", "-q"]);
    // Without what is merely recommended: what it depends on must be enough.
    inside(&["apt-get", "install", "-q", "-y", "--no-install-recommends", deb]);
    let version = inside(&["streambell", "--version"]);
    assert_eq!(version.trim(), concat!("streambell ", env!("CARGO_PKG_VERSION")));

    let desktop = Desktop::start().await;
    use_it(&desktop).await;
    its_links_lead_to_a_question(&desktop).await;
    desktop.streambell(&["doctor"]).await;
    let data = desktop.home().join("streambell.db");
    assert!(data.exists());

    let said = inside(&["apt-get", "remove", "-q", "-y", "streambell"]);
    assert!(said.contains("~/.local/share/streambell"), "it says where the user's data are: {said}");
    let said = inside(&["apt-get", "purge", "-q", "-y", "streambell"]);
    assert!(!said.contains("not removed"), "{said}");
    assert_eq!(traces(), "", "something is left");
    assert!(data.exists(), "the user's data are the user's");
}

async fn use_it(desktop: &Desktop) {
    let feed = Feed::start().await;
    let page = Page::open(desktop).await;
    page.open_form().await;
    page.write("feed-url", &feed.url("/events")).await;
    page.write("feed-name", "Deploys").await;
    page.choose("feed-notify", "all").await;
    page.click("feed-save").await;
    page.find("[data-testid='settings-feed'][data-feed='deploys'][data-status='open']").await;
    page.click("nav-dashboard").await;
    feed.send(r#"{"title":"Deploy done","message":"it works","priority":4}"#);
    page.reads(&hook("card"), "Deploy done").await;
    assert_eq!(desktop.notification("Deploy done").await.body, "it works");
    desktop.picture("package");
    page.close(desktop).await;
    Tray::gone(desktop).await;

    it_is_known_by_its_window(desktop).await;
}

/// From the tray and back: one program, whose window goes and comes.
async fn it_is_known_by_its_window(desktop: &Desktop) {
    let program = desktop.launch(&["--hidden"]);
    let tray = Tray::find(desktop).await;
    desktop.window_is(false).await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(true).await;
    desktop.window_is_drawn().await;
    let (_, class) =
        desktop.run("xdotool", &["search", "--onlyvisible", "--class", "^streambell$", "getwindowname"]).await;
    assert_eq!(class, "Streambell", "panels find its entry by the class");
    let mut second = desktop.launch(&[]);
    assert_eq!(exit_code(&mut second).await, Some(0), "a second start shows the first");
    assert_eq!(desktop.processes("streambell").len(), 1);
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(false).await;
    until("the web view is gone", async || desktop.processes("WebKitWebProcess").is_empty().then_some(())).await;
    desktop.feed_is("Deploys", "open").await;
    tray.choose("Quit").await;
    drop(program);
    until("the program has ended", async || desktop.processes("streambell").is_empty().then_some(())).await;
    Tray::gone(desktop).await;
}

/// A link that is opened in another program, as the desktop's own tool does it.
async fn its_links_lead_to_a_question(desktop: &Desktop) {
    // What every desktop has; this Debian is none.
    inside(&["apt-get", "install", "-q", "-y", "--no-install-recommends", "desktop-file-utils", "libglib2.0-bin"]);
    let known = inside(&["gio", "mime", "x-scheme-handler/streambell"]);
    assert!(known.contains("streambell.desktop"), "{known}");

    let feed = Feed::start().await;
    let link = format!("streambell://add?url={}&name=From%20a%20link", feed.url("/events"));
    let opened = ["exec", "target/debian", "gio", "open", &link];
    let mut opens = desktop.command("scripts/clean-debian.sh").args(opened).spawn().expect("it can be run");
    assert_eq!(exit_code(&mut opens).await, Some(0));
    desktop.window_is(true).await;
    desktop.window_is_drawn().await;
    desktop.picture("package-link");
    let feeds = desktop.streambell_json(&["feeds", "list"]).await;
    assert_eq!(feeds.as_array().map(Vec::len), Some(1), "nothing is added unasked: {feeds}");
    assert_eq!(feed.requests(), [""; 0], "nothing is connected to unasked");
    Tray::find(desktop).await.choose("Quit").await;
    until("the program has ended", async || desktop.processes("streambell").is_empty().then_some(())).await;
    Tray::gone(desktop).await;
}
