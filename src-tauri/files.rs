//! Files of the user's choice, by the desktop's own dialogs.

use std::path::PathBuf;

use jiff::Zoned;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// A file to write, with a name that says what it will hold; `None`: the user thinks better of it.
pub(crate) async fn to_write(app: &AppHandle, what: &str, ending: &str) -> Option<PathBuf> {
    let day = Zoned::now().strftime("%Y-%m-%d");
    let dialog = app.dialog().file().set_file_name(format!("streambell-{what}-{day}.{ending}"));
    let (choose, chosen) = oneshot::channel();
    dialog.save_file(|file| drop(choose.send(file)));
    path(chosen).await
}

/// A file to read.
pub(crate) async fn to_read(app: &AppHandle) -> Option<PathBuf> {
    let (choose, chosen) = oneshot::channel();
    app.dialog().file().pick_file(|file| drop(choose.send(file)));
    path(chosen).await
}

async fn path(chosen: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    chosen.await.ok()??.into_path().ok()
}
