//! What the tests stand on: a desktop, a feed, and hands for the window and the tray.

mod desktop;
#[path = "../../shared/feed.rs"]
mod feed;
#[allow(dead_code, clippy::unwrap_used, reason = "what the other tests need is here too, in their style")]
#[path = "../../shared/notification_service.rs"]
mod notification_service;
mod servers;
mod tray;
mod wait;
mod window;

pub(crate) use self::{
    desktop::{Desktop, Shown, exit_code, program},
    feed::Feed,
    notification_service::{ALL, Call, Mood, Service},
    servers::PocketBase,
    tray::Tray,
    wait::until,
    window::{Page, hook},
};
