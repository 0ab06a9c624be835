//! The crate from outside: what it says of dialogs that are written down, and of dialogs nobody would write.

mod audit;
mod hostile;
mod notation;
mod real;
mod spec;
mod toolace;
