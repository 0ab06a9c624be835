//! Asking over real sockets, against a server that does as its script says.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod batches;
mod faults;
mod faulty;
mod kill;
mod limits;
mod server;
