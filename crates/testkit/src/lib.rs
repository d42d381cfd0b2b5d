//! For tests only: the parts of a complete Seatwise. A simulated Zoom on loopback, a wire to it that
//! can inject faults, temporary databases on both engines, a store with its engine, a server, a
//! browser. Tests wait for conditions and never for a fixed time; clocks stand still until a test
//! moves them.

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "sync")]
pub mod clock;
#[cfg(feature = "sync")]
pub mod database;
#[cfg(feature = "sync")]
pub mod hook;
#[cfg(feature = "sync")]
pub mod in_process;
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
