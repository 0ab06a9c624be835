//! LLM endpoints: any server that speaks OpenAI's chat completions, asked so that no paid reply is lost or asked for twice.
//!
//! [`Llm`] asks [`Server`]s. It keeps every reply in the run's journal before anybody learns of it, sends the identical request again where
//! the way or the server failed, lets a busy server rest, keeps limits a minute, and stops below its [`Limits`]. [`in_order`] makes
//! many samples at once and hands them over in order. [`Recorder`] and [`Recorded`] are for tests without a server.
//!
//! What a model is asked and what its answer means is decided elsewhere, in crates without a network; here it is carried.
#![deny(missing_docs)]

mod aside;
mod batch;
mod budget;
mod fault;
mod gate;
mod http;
mod llm;
mod order;
mod record;
mod server;
mod wire;

pub use aside::Aside;
pub use budget::Limits;
pub use llm::{Asked, Llm, Patience};
pub use order::{in_order, run};
pub use record::{Recorded, Recorder};
pub use server::{Batching, Prices, Server};
pub use wire::read_reply;
