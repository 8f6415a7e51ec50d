//! The shell: window, tray and commands. The only Rust that knows Tauri.
