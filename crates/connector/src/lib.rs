//! The interface between Seatwise's sync engine and an application such as Zoom.
//!
//! An application is one crate that implements two traits:
//!
//! * [`Connector`] describes the application ([`model::Application`] with its fields, streams,
//!   permissions and licences), lists how its streams are read ([`Reading`]), and obtains tokens.
//! * [`Session`] is one connected account. It answers requests for pages of records, for the details
//!   of one user and for a preflight, and can change licences ([`Changes`]).
//!
//! The engine (crate `sync`) does everything else: schedules, leases, windows of days, checkpoints,
//! coverage, retries of whole runs, the journal of changes, and storing. A connector never sees the
//! database. It maps what the application answers to the types of the crate `model`, and states in
//! an [`Error`] the fault and the next step for an administrator.
//!
//! Rules for implementations:
//!
//! * Time, randomness, and HTTP are passed in when the connector is made, because tests replay runs.
//! * A session paces its own requests, because only it knows the application's rate limits. It reports
//!   them by [`Session::take_requests`], so that a daily allowance survives a restart.
//! * Every future may be dropped at any await point, because a run can be stopped at any time.
//! * A value that the application leaves out is absent, never a default: unknown is not zero.
//!
//! To add an application, write one crate and add it to the list of connectors that the binary gives
//! to the engine.

mod auth;
mod bulk_file;
mod change;
mod connector;
mod error;
mod page;
mod preflight;
mod random;
mod reading;
mod records;
mod session;

pub use auth::{
    AccessToken, AccountIdentity, AppKeys, AuthError, AuthErrorKind, CodeAnswer, PermissionPage,
    PermissionRequest, TokenError, TokenSet, TokenSource,
};
pub use bulk_file::{BulkCell, BulkFile};
pub use change::{ChangeSubject, Changes, Holding, LicenceChange};
pub use connector::{Budget, Connector, ManualCall, SeatCount};
pub use error::{Error, ErrorKind};
pub use page::{Cursor, Page, PageRequest, Rejected, Window};
pub use preflight::{PreflightAnswers, PreflightRequest};
pub use random::Random;
pub use reading::{History, Reading, Shape, Windows};
pub use records::{Details, DetailsNeed, ListedUser, Records, Section};
pub use session::{AnswerCount, AnswerKind, Session};
