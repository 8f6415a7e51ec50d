//! The engine through its handle, against a real server on loopback and a real database.

mod board;
mod diagnostics;
mod document;
mod feeds;
mod gates;
mod history;
mod hub;
mod leaving;
mod network;
#[path = "../shared/old_database.rs"]
mod old_database;
mod panics;
mod probe;
mod replay;
mod rules;
mod series;
mod storage;
mod support;
mod trouble;
mod upgrade;
