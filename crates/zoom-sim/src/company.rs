//! The people of the simulated accounts: names, daily activity, and the licences that they need.
//!
//! Nothing is stored, because everything is computed from the seed on request. The REST interface
//! ([`crate::api`]) converts it into Zoom's answers.

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
pub(crate) mod suite;
pub(crate) mod truth;
pub(crate) mod visibility;
