//! The program as people and scripts use it: the real binary, real files, a real browser.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod browser;
mod cli;
mod contracts;
#[cfg(feature = "crash-points")]
mod crash;
mod house;
mod mail;
mod program;
mod secrets;
