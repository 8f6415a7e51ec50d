//! The least that a Tauri window can be.

use tauri::{WebviewUrl, WebviewWindowBuilder, http::Response};

/// The argument that makes a bench this program.
pub(crate) const ARGUMENT: &str = "--empty";

/// Shows a window with one word in it, until it is closed.
pub(crate) fn show() {
    tauri::Builder::default()
        .register_uri_scheme_protocol("word", |_, _| {
            Response::builder()
                .header("Content-Type", "text/html")
                .body(b"<p>Hello".to_vec())
                .expect("it is a response")
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("word://localhost/".parse().expect("it is an address"));
            WebviewWindowBuilder::new(app, "main", page).inner_size(1280.0, 840.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!("tauri.conf.json"))
        .expect("a window can be opened");
}
