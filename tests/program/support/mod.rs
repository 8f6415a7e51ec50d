//! What the tests stand on: a desktop, a feed, and hands for the window and the tray.

mod desktop;
mod feed;
mod wait;
mod window;

pub(crate) use self::{
    desktop::{Desktop, Shown},
    feed::Feed,
    wait::until,
    window::Page,
};
