//! For tests only: the parts of a whole Seatwise, put together quickly. A simulated Zoom on
//! loopback, a wire to it that can be made to fail, temporary databases on both engines, a store with
//! its engine, a server, a browser. What is here waits for conditions, never for time; clocks stand
//! where a test sets them.

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "sync")]
pub mod clock;
#[cfg(feature = "sync")]
pub mod database;
#[cfg(feature = "sync")]
pub mod hook;
#[cfg(feature = "sync")]
pub mod install;
pub mod node;
#[cfg(feature = "sync")]
pub mod official;
pub mod postgres;
#[cfg(feature = "sync")]
pub mod process;
#[cfg(feature = "sync")]
pub mod random;
#[cfg(feature = "sync")]
pub mod smtp;
pub mod wait;
#[cfg(feature = "sync")]
pub mod web;
#[cfg(feature = "sync")]
pub mod wire;
#[cfg(feature = "sync")]
pub mod zoom;
