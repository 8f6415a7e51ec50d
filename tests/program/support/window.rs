use std::{net::TcpListener, path::Path};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::{net::TcpStream, process::Child};

use super::{Desktop, program, until};

/// The page in the window of a program that WebDriver started.
pub(crate) struct Page {
    client: Client,
    _driver: Child,
}

/// Where `scripts/install.sh` puts it.
const DRIVER: &str = "target/tools/bin/tauri-driver";

/// What a test calls an element.
pub(crate) fn hook(testid: &str) -> String {
    format!("[data-testid='{testid}']")
}

impl Page {
    /// Starts the program under WebDriver, and waits until the page has something to show.
    pub(crate) async fn open(desktop: &Desktop) -> Self {
        let page = Self::of(desktop, &program(), &[]).await;
        page.find("[data-phase='ready']").await;
        page
    }

    /// Starts any program with a web view under WebDriver.
    pub(crate) async fn of(desktop: &Desktop, program: &Path, args: &[&str]) -> Self {
        let (port, native) = (free_port(), free_port());
        let driver = desktop
            .command(Path::new(env!("CARGO_MANIFEST_DIR")).join(DRIVER))
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .spawn()
            .expect("tauri-driver can be run: scripts/install.sh test installs it");
        for port in [native, port] {
            until("WebDriver listens", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        }
        let options = json!({ "browserName": "wry", "tauri:options": { "application": program, "args": args } });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options.as_object().expect("it is one").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the program starts under WebDriver");
        Self { client, _driver: driver }
    }

    /// Ends the program with its window, as a power cut does.
    pub(crate) async fn close(self, desktop: &Desktop) {
        self.end().await;
        until("the program is gone", async || desktop.processes("streambell").is_empty().then_some(())).await;
    }

    /// Ends the program.
    pub(crate) async fn end(self) {
        self.client.close().await.expect("WebDriver answers");
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        match self.client.wait().for_element(Locator::Css(css)).await {
            Ok(found) => found,
            Err(error) => panic!("{css} did not come: {error}\n{}", self.run("return document.body.innerText").await),
        }
    }

    /// Waits until there is no such element.
    pub(crate) async fn without(&self, css: &str) {
        // One that goes while it is looked at is an error to WebDriver.
        until(&format!("no {css}"), async || {
            let found = self.client.find_all(Locator::Css(css)).await.ok()?;
            found.is_empty().then_some(())
        })
        .await;
    }

    /// All that there are now.
    pub(crate) async fn all(&self, css: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(css)).await.expect("WebDriver answers")
    }

    /// Waits until an element's text has this in it.
    pub(crate) async fn reads(&self, css: &str, wanted: &str) -> String {
        until(&format!("'{wanted}' in {css}"), async || {
            // WebDriver's own idea of what can be read leaves out what is laid out apart. It may be drawn anew meanwhile.
            let text = self.find(css).await.prop("innerText").await.ok()??;
            text.contains(wanted).then_some(text)
        })
        .await
    }

    /// Waits for an element by its hook, and clicks it.
    pub(crate) async fn click(&self, testid: &str) {
        self.press(&hook(testid)).await;
    }

    /// Waits for an element, and clicks it once it stands still: what comes above it may move it away from the mouse.
    pub(crate) async fn press(&self, css: &str) {
        let mut before = None;
        let element = until(&format!("{css} stands still"), async || {
            let element = self.find(css).await;
            let place = element.rectangle().await.ok()?;
            (before.replace(place) == Some(place)).then_some(element)
        })
        .await;
        element.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Runs a script in the page; what it returned.
    pub(crate) async fn run(&self, script: &str) -> serde_json::Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Types into a field, in the place of what stands there.
    pub(crate) async fn write(&self, testid: &str, text: &str) {
        let field = self.find(&hook(testid)).await;
        field.clear().await.unwrap_or_else(|error| panic!("{testid}: {error}"));
        // WebDriver cannot type nothing.
        if !text.is_empty() {
            field.send_keys(text).await.unwrap_or_else(|error| panic!("{testid}: {error}"));
        }
    }

    /// Pastes into a field, by way of the desktop's clipboard: what is typed there first is cut out again.
    pub(crate) async fn paste(&self, testid: &str, text: &str) {
        let field = self.find(&hook(testid)).await;
        let chord = |key: char| format!("{}{key}{}", char::from(Key::Control), char::from(Key::Null));
        for keys in [text, &chord('a'), &chord('x'), &chord('v')] {
            field.send_keys(keys).await.unwrap_or_else(|error| panic!("{testid}: {error}"));
        }
    }

    /// Presses keys, wherever the keyboard is.
    pub(crate) async fn type_keys(&self, keys: &str) {
        let active = self.client.active_element().await.expect("something has the keyboard");
        active.send_keys(keys).await.unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    }

    /// Chooses from a list, by value.
    pub(crate) async fn choose(&self, testid: &str, value: &str) {
        let list = self.find(&hook(testid)).await;
        list.select_by_value(value).await.unwrap_or_else(|error| panic!("{testid}: {error}"));
    }

    /// Adds a feed by hand in the settings.
    pub(crate) async fn add_feed(&self, url: &str, name: &str) {
        self.fill_in(url, name).await;
        self.click("feed-save").await;
        self.find(&hook("settings-feed")).await;
    }

    /// Adds a feed with a login by hand in the settings.
    pub(crate) async fn add_feed_with_token(&self, url: &str, token: &str) {
        self.fill_in(url, "Private").await;
        self.click("feed-login").await;
        self.choose("feed-auth", "bearer").await;
        self.write("feed-secret", token).await;
        self.click("feed-save").await;
    }

    /// Opens the dialog that adds a feed, from the settings.
    pub(crate) async fn open_form(&self) {
        self.click("nav-settings").await;
        // The dashboard has such a button, too.
        self.find(&hook("settings-tab-feeds")).await;
        self.click("add-feed").await;
    }

    async fn fill_in(&self, url: &str, name: &str) {
        self.open_form().await;
        self.write("feed-url", url).await;
        self.write("feed-name", name).await;
    }

    /// Takes an element where `hold` is, seen from its corner, and drags it so far with the mouse.
    pub(crate) async fn drag(&self, css: &str, hold: (f64, f64), by: (f64, f64)) {
        let (x, y, ..) = self.find(css).await.rectangle().await.expect("it is drawn");
        let (x, y) = (x + hold.0, y + hold.1);
        let to = |x, y| PointerAction::MoveTo { duration: None, x, y };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(to(x, y))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(to(x + by.0 / 2.0, y + by.1 / 2.0))
            .then(to(x + by.0, y + by.1))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Waits until the page is at this address: what stands after `#`.
    pub(crate) async fn is_at(&self, wanted: &str) {
        until(&format!("the page {wanted}"), async || {
            let url = self.client.current_url().await.ok()?;
            (url.fragment() == Some(wanted)).then_some(())
        })
        .await;
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it listens").port()
}
