//! What the tests stand on: a desktop, a feed, and hands for the window and the tray.

mod desktop;
mod feed;
mod tray;
mod wait;
mod window;

pub(crate) use self::{
    desktop::{Desktop, Shown, exit_code},
    feed::Feed,
    tray::Tray,
    wait::until,
    window::Page,
};
