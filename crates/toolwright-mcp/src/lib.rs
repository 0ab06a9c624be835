//! Live MCP servers: their tools as tools, their results as results.
//!
//! A [`Server`] says how a server is reached and what it may do; a [`Client`] is the connection to it. [`Hosts`] runs the calls of a run on several servers and
//! keeps a journal of them, so that a call whose effect is not known is never made again.
//!
//! The protocol is the official SDK's (`rmcp`). What a server says is data: it can list tools and return results, and nothing that it sends makes this program
//! read or write a file, ask a model or call a tool. Its requests for sampling, for input and for roots are declined.
//!
//! Source: the Model Context Protocol, <https://modelcontextprotocol.io/specification>.
#![deny(missing_docs)]

mod client;
mod hosts;
mod server;

pub use client::{Client, Failed, Listed};
pub use hosts::Hosts;
pub use server::{Reach, Server};
