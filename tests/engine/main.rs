//! The engine through its handle, against a real server on loopback and a real database.

mod board;
mod document;
mod feeds;
mod gates;
mod history;
mod rules;
mod series;
mod support;
mod trouble;
