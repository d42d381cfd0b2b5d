//! Integration tests of the server over HTTP, with a real store and a simulated Zoom.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop and say where"
)]

mod access;
mod api;
mod ask;
mod connect;
mod decisions_api;
mod findings_pages;
mod fixture;
mod hostile;
mod notify;
mod outward;
mod renewal_pages;
mod same_origin;
mod scim;
mod scim_refusals;
mod second_application;
mod security;
mod sign_in;
mod site;
