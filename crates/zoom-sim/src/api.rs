//! The REST interface under `/v2`.
//!
//! [`dispatch`] checks a request in the order in which Zoom refuses (token, rate limit, scope, role,
//! plan) and calls the operation; [`operations`] and [`outside`] are the tables of operations.

pub(crate) mod accounts;
pub(crate) mod answer;
pub(crate) mod bought;
pub(crate) mod call;
pub(crate) mod counts;
pub(crate) mod daily;
pub(crate) mod directory;
pub(crate) mod dispatch;
pub(crate) mod error;
pub(crate) mod features;
pub(crate) mod groups;
pub(crate) mod hosts;
pub(crate) mod limits;
pub(crate) mod logs;
pub(crate) mod meetings;
pub(crate) mod operation;
pub(crate) mod operations;
pub(crate) mod outside;
pub(crate) mod paging;
pub(crate) mod permission;
pub(crate) mod range;
pub(crate) mod settings;
pub(crate) mod upcoming;
pub(crate) mod users;
pub(crate) mod write_user;
pub(crate) mod writes;
