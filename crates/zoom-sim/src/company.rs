//! The people of the simulated accounts: who they are, what they do each day, what they need.
//!
//! Nothing here is stored: everything is worked out from the seed when it is asked for. The
//! interface ([`crate::api`]) turns it into what Zoom would answer.

pub(crate) mod account;
pub(crate) mod act;
pub(crate) mod addons;
pub(crate) mod counts;
pub(crate) mod days;
pub(crate) mod edits;
pub(crate) mod face;
pub(crate) mod groups;
pub(crate) mod habits;
pub(crate) mod history;
pub(crate) mod names;
pub(crate) mod overlay;
pub(crate) mod person;
pub(crate) mod persona;
pub(crate) mod place;
pub(crate) mod rhythm;
pub(crate) mod scheduling;
pub(crate) mod seats;
pub(crate) mod signing;
pub(crate) mod truth;
pub(crate) mod visibility;
