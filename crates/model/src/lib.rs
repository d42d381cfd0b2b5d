//! The words of the product as types: time, ids, users and what they did, applications and their
//! streams, coverage, roles. Everybody uses this crate and it uses nobody: no I/O, nothing async.

#![warn(missing_docs)]

pub mod activity;
pub mod application;
pub mod contract;
pub mod coverage;
pub mod event;
pub mod finding;
pub mod integration;
pub mod licence;
pub mod member;
pub mod money;
pub mod need;
pub mod time;
pub mod user;
pub mod words;

pub use activity::{ActivityState, DailyUsage, HostedSummary, SignInMonth};
pub use application::{
    Application, ChoiceLabel, Field, FieldKind, RolePermission, Scopes, Stream, Suite, SuiteData,
};
pub use contract::{BillingCycle, Contract, ContractId, ContractTerms, ListPrice, PriceConfidence};
pub use coverage::{Coverage, DayCoverage, DayState};
pub use event::{AdminChange, EventKind, HostedEvent, SignIn, SignInKind, UpcomingEvent};
pub use finding::{FindingState, Rule};
pub use integration::{
    Grant, GrantKind, Integration, IntegrationId, IntegrationState, Plan, RunState, StreamOutcome,
    StreamState,
};
pub use licence::{Holder, Licence, LicenceFamily};
pub use member::{MemberId, Permission, Role};
pub use money::{Currency, Money, MoneyError, Sums};
pub use need::{FreeUse, NeedKind, Needs};
pub use time::{Clock, Day, ManualClock, Timestamp};
pub use user::{FieldValue, Fields, Group, User};
