//! The least that a Tauri window can be.

use std::{io, thread};

use tauri::{AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, http::Response};

/// The argument that makes a bench this program.
pub(crate) const ARGUMENT: &str = "--empty";
const LABEL: &str = "main";

/// Shows a window with one word in it; a line on standard input closes it, the next one opens another. It ends with the
/// window unless there is such a line.
pub(crate) fn show() {
    let app = tauri::Builder::default()
        .register_uri_scheme_protocol("word", |_, _| {
            Response::builder()
                .header("Content-Type", "text/html")
                .body(b"<p>Hello".to_vec())
                .expect("it is a response")
        })
        .setup(|app| {
            open(app.handle())?;
            let app = app.handle().clone();
            thread::spawn(move || {
                for _ in io::stdin().lines() {
                    let here = app.clone();
                    app.run_on_main_thread(move || toggle(&here).expect("a window opens and closes")).expect("it runs");
                }
            });
            Ok(())
        })
        .build(tauri::generate_context!("tauri.conf.json"))
        .expect("a window can be opened");
    app.run(|app, event| {
        if let RunEvent::ExitRequested { code: None, api, .. } = event
            && app.try_state::<Closed>().is_some()
        {
            api.prevent_exit();
        }
    });
}

/// Its window was closed by a line, and not by hand.
struct Closed;

fn open(app: &AppHandle) -> tauri::Result<()> {
    let page = WebviewUrl::CustomProtocol("word://localhost/".parse().expect("it is an address"));
    WebviewWindowBuilder::new(app, LABEL, page).inner_size(1280.0, 840.0).build().map(drop)
}

fn toggle(app: &AppHandle) -> tauri::Result<()> {
    app.manage(Closed);
    match app.get_webview_window(LABEL) {
        Some(window) => window.destroy(),
        None => open(app),
    }
}
