//! From what a server sends to what a person sees of it: the whole program with a notification service that writes down
//! each call, and with a real one where it matters what is on the screen.

mod buttons;
mod job;
mod outage;
mod price;
mod restart;
mod service;
mod silence;
mod storm;
