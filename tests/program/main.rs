//! The program as a person has it: its window, tray and notifications on a whole desktop, with nothing stood in for.
//!
//! Each test has a desktop of its own (`scripts/virtual-desktop.sh`), its own data folder, and a feed of its own on this
//! machine. What it saw at the end is kept as a picture in `test-output/`.
#![cfg(target_os = "linux")]

mod add_a_feed;
mod alerts;
mod board;
mod click;
mod close;
mod diagnostics;
mod flows;
mod hostile;
mod hub;
mod lacking;
mod language;
mod login;
mod offer;
mod palette;
mod place;
mod presets;
mod replay;
mod restart;
mod restore;
mod start;
mod storage;
mod support;
mod tray;
mod undo;
mod wrong_input;
