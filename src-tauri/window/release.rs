//! A closed web view is let go of.
//!
//! wry gives the view's content manager a handler that holds the view (`attach_ipc_handler` in its webkitgtk/mod.rs, 0.57),
//! and the view holds the manager: neither would ever be freed, and each window that was opened would leave memory and an
//! open file behind.

use gtk::prelude::{ObjectExt, WidgetExt};
use webkit2gtk::{WebView, WebViewExt};

/// Takes the handlers off the view's content manager when the view is destroyed.
pub(super) fn when_destroyed(view: &WebView) {
    view.connect_destroy(|view| {
        if let Some(manager) = view.user_content_manager() {
            dispose(&manager);
        }
    });
}

#[expect(unsafe_code, reason = "there is no safe way to take off a handler that another library has put on")]
fn dispose(manager: &webkit2gtk::UserContentManager) {
    // SAFETY: the manager has no dispose function of its own, so this runs GObject's: it takes off handlers and weak
    // references, and frees nothing that is used again. wry makes a manager for each view, and this one's is destroyed.
    unsafe { manager.run_dispose() }
}
