//! The client against scripted answers, and its transport against real sockets on loopback.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod ahead;
mod answers;
mod errors;
mod faults;
mod hosts;
mod limits;
mod network;
mod oauth;
mod pacer;
mod paging;
mod script;
mod secrets;
mod tokens;
mod tolerance;
mod writes;
