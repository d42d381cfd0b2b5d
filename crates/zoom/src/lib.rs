//! A client for the Zoom REST API: OAuth grants, typed and tolerant endpoints, paging, and pacing by
//! Zoom's rate limits.
//!
//! The crate reads no clock, draws no random numbers and opens no connection by itself: time, jitter,
//! tokens and HTTP are parameters of [`Client::new`], because tests then control all of them.
//! `transport::ReqwestTransport` (feature `network`, on by default) is the implementation for real
//! networks.
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::SystemTime;
//! use zoom::pacer::{Limits, Pacer, Plan};
//! use zoom::transport::ReqwestTransport;
//! use zoom::{Client, Hosts, SharedNow, TokenSource, UserStatus};
//!
//! # async fn example(tokens: Arc<dyn TokenSource>, now: SharedNow) -> Result<(), Box<dyn std::error::Error>> {
//! let pacer = Arc::new(Pacer::new(Limits::of(Plan::Pro, 50), Arc::clone(&now), &[]));
//! let client = Client::new(
//!     Arc::new(ReqwestTransport::new()?),
//!     tokens,
//!     pacer,
//!     Hosts::default(),
//!     now,
//!     Arc::new(|| 0.5),
//! );
//! let mut next = None;
//! loop {
//!     let page = client.users(UserStatus::Active, 300, next.as_ref()).await?;
//!     for user in &page.items {
//!         println!("{:?}", user.email);
//!     }
//!     next = page.next;
//!     if next.is_none() {
//!         break;
//!     }
//! }
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

use std::sync::Arc;
use std::time::SystemTime;

mod body;
mod classify;
mod client;
mod endpoint;
mod error;
mod hosts;
mod member;
pub mod oauth;
pub mod pacer;
mod page;
mod record;
mod retry_after;
mod token;
pub mod transport;
pub mod types;

pub use client::{
    AddOn, Client, EventType, Jitter, MeetingList, ReportKind, UserStatus, activities_of,
    history_meetings_of,
};
pub use endpoint::{ENDPOINTS, Endpoint, WRITES};
pub use error::Error;
pub use hosts::Hosts;
pub use page::{Page, PageToken, RecordText, Rejected};
pub use record::Unread;
pub use token::{AccessToken, TokenError, TokenSource};

/// Clock that returns the current time. It is a parameter, so that everything can run under simulated
/// time.
pub type SharedNow = Arc<dyn Fn() -> SystemTime + Send + Sync>;
