//! Zoom as an application: its metadata fields, streams, permissions, and how its records become
//! ours. Everything that knows Zoom and is not the client itself is below this module.

pub mod application;
pub mod by_hand;
pub mod map;
pub mod plan_usage;
pub mod problem;
mod suites;

pub use application::ZOOM;
