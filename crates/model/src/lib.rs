//! The terms of the product as types: time, money, ids, users and what they did, applications with their
//! streams, contracts, rules, coverage, roles. Every other crate uses this one and it uses none of them,
//! so that a term has the same meaning everywhere. It does no I/O.
//!
//! Types that the API answers are serialised here and have a schema, so that the API's document describes
//! exactly what is answered.

#![warn(missing_docs)]

pub mod activity;
pub mod application;
pub mod contract;
pub mod contract_field;
pub mod contract_fields;
pub mod coverage;
pub mod currency;
mod day_numbers;
mod enums;
pub mod event;
pub mod finding;
pub mod hosted_window;
pub mod integration;
pub mod json;
pub mod licence;
pub mod member;
pub mod money;
pub mod need;
pub mod plan;
pub mod retention;
pub mod rule;
pub mod streams;
pub mod sums;
pub mod time;
pub mod tone;
pub mod user;
pub mod words;

pub use activity::{ActivityState, DailyUsage, HostReport, HostedSummary, SignInMonth};
pub use application::{
    AppScopes, Application, ChoiceLabel, ConnectHelp, Field, FieldKind, RolePermission, Scopes,
    Stream, Suite, SuiteData,
};
pub use contract::{
    BillingCycle, Contract, ContractId, ContractTerms, ListPrice, PriceConfidence, join_orders,
};
pub use contract_field::{ContractField, ContractFieldKind, ContractPart, MissingValue, TextForm};
pub use contract_fields::{CONTRACT_FIELDS, contract_field_names};
pub use coverage::{Coverage, DayCoverage, DayState};
pub use currency::{Currency, MoneyError};
pub use day_numbers::day_numbers;
pub use event::{
    AddressChange, AdminChange, EventKind, HostedEvent, SignIn, SignInKind, UpcomingEvent,
};
pub use finding::FindingState;
pub use hosted_window::HostedWindow;
pub use integration::{
    Grant, GrantKind, Integration, IntegrationId, IntegrationState, LabelledStreamState,
    PublicGrant, RunState, StreamOutcome, StreamState,
};
pub use licence::{Holder, Licence, LicenceFamily, OnSuite};
pub use member::{MemberId, Permission, Role};
pub use money::Money;
pub use need::{FreeUse, NeedKind, Needs};
pub use plan::Plan;
pub use retention::{KEPT_DATA, KeptData, KeptDataInfo, MOST_KEPT_DAYS, Retention};
pub use rule::{Rule, RuleBasis, RuleEffect, RuleFamily, RuleInfo};
pub use sums::{Decimal, Sums, YearlyAmount};
pub use time::{Clock, Day, ManualClock, Timestamp};
pub use tone::Tone;
pub use user::{FieldValue, Fields, Group, User};
