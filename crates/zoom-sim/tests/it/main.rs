//! Tests of the simulated Zoom over HTTP, with a clock that the tests move.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "helpers of tests may give up"
)]

mod company;
mod control_server;
mod faults;
mod flow;
mod history;
mod limits;
mod lists;
mod people;
mod reports;
mod rights;
mod schemas;
mod tokens;
mod upcoming;
mod world;
mod writes;
