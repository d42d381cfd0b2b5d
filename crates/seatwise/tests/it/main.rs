//! Tests of the whole program: the real binary with real files and a real browser.

#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

mod backup;
mod browser;
mod cli;
mod contracts;
#[cfg(feature = "crash-points")]
mod crash;
#[cfg(feature = "crash-points")]
mod environment;
mod fault_rows;
mod faults;
mod house;
mod key;
mod late_database;
mod mail;
mod program;
#[cfg(feature = "crash-points")]
mod random_kills;
mod secrets;
mod setting_up;
mod simulator;
mod source;
mod start;
mod structure;
