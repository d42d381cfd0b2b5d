//! Zoom as an application of Seatwise: everything that knows Zoom and is not its API client.
//!
//! [`ZOOM`] declares Zoom for pages, filters and exports; [`ZoomConnector`] implements
//! [`connector::Connector`]. Seats, suites and features of Zoom are described where they are mapped.

mod account;
mod application;
mod change;
mod clock;
mod config;
mod connect;
mod error;
mod fields;
mod listing;
mod manual;
mod map;
mod permissions;
mod plan_usage;
mod preflight;
mod session;
mod shown_settings;
mod streams;
mod suites;
mod tokens;

pub use application::ZOOM;
pub use config::ZoomConfig;
pub use connect::{ZoomConnector, zoom_plan};
pub use plan_usage::base_family;
