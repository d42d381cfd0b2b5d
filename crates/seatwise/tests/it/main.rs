//! The program as people and scripts use it: the real binary, real files, a real browser.

mod browser;
mod cli;
#[cfg(feature = "crash-points")]
mod crash;
mod house;
mod program;
mod secrets;
