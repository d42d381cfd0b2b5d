//! Integration tests of the server over HTTP, with a real store and a simulated Zoom. A file is named
//! after the group of routes that it tests (`server::web`); the others hold for all routes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop and say where"
)]

mod access;
mod answers;
mod api;
mod changes;
mod connect;
mod connections;
mod contracts;
mod downloads;
mod findings;
mod fixture;
mod forge;
mod forms;
mod health;
mod hostile;
mod integrations;
mod known_devices;
mod members;
mod metrics;
mod notifications;
mod odd_parameters;
mod people;
mod prices;
mod questions;
mod renewals;
mod rules;
mod same_origin;
mod scim;
mod second_application;
mod security;
mod settings;
mod sign_in;
mod storage;
mod users;
mod what_if;
mod write_access;
