//! The shell: window, tray and commands. The only Rust that knows Tauri.
//!
//! [`run`] puts the program together: the engine with its hub, notifier and control socket (`start`), and around it
//! the parts that a person sees. Everything goes one way through it. The engine's changes reach the page in the window
//! through `pump`, and the tray through `shell`; the page's `commands` are calls to the engine; and whatever wants the
//! window (the tray, a clicked notification, a second start, `streambell toggle`) asks `shell`.
//!
//! ```no_run
//! use streambell_cli::Invocation;
//!
//! let invocation = Invocation::from_args(["streambell", "--hidden"]).unwrap_or_else(|error| error.exit());
//! if let Some(window) = invocation.window() {
//!     streambell_app::run(window);
//! }
//! ```
#![deny(missing_docs)]

mod commands;
mod display;
mod failure;
mod files;
mod link;
mod login;
mod page;
mod pump;
mod shell;
mod start;
mod tray;
mod window;
mod words;

use std::{
    process::{Command, ExitCode},
    sync::Arc,
};

use streambell_cli::{WindowStart, control::Shell, keep_log, log_to_stderr};
use streambell_engine::{Engine, Home, follow_link};
use tauri::{App, Manager, RunEvent, async_runtime, process::current_binary};
use tokio::sync::mpsc;

use crate::{
    failure::Failure,
    page::Page,
    shell::{Again, Requests},
    start::Program,
    tray::Tray,
    window::{LastClose, LastPlace, Preferred},
};

/// Opens the window, or brings up that of the program that runs already. Returns when the program is to end.
#[must_use]
pub fn run(start: WindowStart) -> ExitCode {
    log_to_stderr("info");
    launch(start).unwrap_or_else(|failure| async_runtime::block_on(failure.tell()))
}

fn launch(start: WindowStart) -> Result<ExitCode, Failure> {
    let home = Home::locate(None)?;
    if async_runtime::block_on(start::hand_over(&home, &start))? {
        return Ok(ExitCode::SUCCESS);
    }
    keep_log(&home, "streambell");
    display::prepare()?;
    let (requests, queue) = mpsc::channel(shell::REQUESTS);
    match async_runtime::block_on(start::start(&home, &start, requests.clone()))? {
        Some(program) => show(home, program, start, requests, queue),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn show(
    home: Home,
    program: Program,
    start: WindowStart,
    requests: mpsc::Sender<Shell>,
    queue: mpsc::Receiver<Shell>,
) -> Result<ExitCode, Failure> {
    let again = Again::default();
    let page = Page::new();
    if let Some(link) = &start.link {
        page.reveal(follow_link(link));
    }
    let hidden = start.hidden && start.link.is_none();
    let builder = tauri::Builder::default();
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_autostart::Builder::new().arg(login::ARGUMENT).build());
    #[cfg(feature = "updater")]
    let builder = builder.plugin(tauri_plugin_updater::Builder::new().build());
    let app = builder
        .manage(home)
        .manage(program.engine.clone())
        .manage(Arc::new(page))
        .manage(Tray::new())
        .manage(LastClose::default())
        .manage(commands::replay::Chosen::default())
        .manage(LastPlace::default())
        .manage(Preferred::default())
        .manage(again.clone())
        .manage(Requests(requests.clone()))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands::handler())
        .on_menu_event(|app, event| tray::chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|app, event| tray::clicked(app, &event))
        .on_window_event(window::on_event)
        .setup({
            let engine = program.engine.clone();
            move |app: &mut App| {
                let app = app.handle();
                tray::start(app);
                login::take_over(app);
                async_runtime::spawn(shell::serve(app.clone(), queue));
                async_runtime::spawn(shell::follow(app.clone(), engine, hidden));
                async_runtime::spawn(shell::end_on_signal(requests));
                Ok(())
            }
        })
        .build(tauri::generate_context!("tauri.conf.json"))?;
    let mut program = Some(program);
    let environment = app.env();
    let code = app.run_return(move |app, event| match event {
        // Without a window the program goes on; only who asks for it ends it.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for link in urls {
                shell::ask(app, Shell::Follow(link.into()));
            }
        }
        RunEvent::Exit => {
            window::keep_place(app);
            async_runtime::block_on(async {
                app.state::<Engine>().let_go().await;
                if let Some(program) = program.take() {
                    program.end().await;
                }
            });
        }
        _ => {}
    });
    if let Some(hidden) = again.wanted() {
        // Everything is committed, and nobody holds the data folder.
        Command::new(current_binary(&environment)?).args(hidden.then_some("--hidden")).spawn()?;
    }
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}
