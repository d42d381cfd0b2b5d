//! One module per page: the view that it shows, and the function that makes HTML of it.

pub mod account;
pub mod add;
pub mod admin_changes;
pub mod api;
pub mod audit;
pub mod connections;
pub mod disconnect;
pub mod error;
pub mod groups;
pub mod health;
pub mod home;
pub mod integrations;
pub mod members;
pub mod overview;
pub mod preflight;
pub mod problem;
pub mod progress;
pub mod runs;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_ins;
pub mod user;
pub mod users;
