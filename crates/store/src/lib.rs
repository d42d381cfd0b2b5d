//! The database of Seatwise: one `SQLite` file or a PostgreSQL database behind the same methods.
//! Only this crate contains SQL. Rows, checkpoint and lease fence of a sync are written in one
//! transaction ([`Store::apply`]). Every change by a person leaves an audit entry in its
//! transaction. Secrets are sealed with the master key and bound to their row. Methods do not read
//! a clock: `now` is a parameter, because everything must run under simulated time. Only leases may
//! use the clock of the database ([`LeaseClock`]).

pub mod crash;

mod account;
mod audit;
mod audit_anchor;
mod backup;
mod changes;
mod connect;
mod contracts;
mod db;
mod decisions;
mod dump;
mod error;
mod file_lock;
mod file_names;
mod filter;
mod findings;
mod future;
mod give_up_secrets;
mod hex;
mod history;
mod ids;
mod integrations;
mod jobs;
mod json;
mod key;
mod members;
mod migrate;
mod money;
mod named_values;
mod notifications;
mod numbers;
mod open;
mod opened_file;
mod options;
mod people;
mod questions;
mod rejected;
mod repeat;
mod retention;
mod revision;
mod rotate_key;
mod rule_settings;
mod storage_fault;
mod store;
mod sync;
mod touch;
mod upcoming_events;
#[cfg(test)]
mod upgrade_lock;
mod users;
mod validate;
mod write;

// Public async functions return their future in a box, because the body of an `async fn` is compiled in every
// crate that awaits it, and that of a boxed future once, in its own crate.
pub(crate) use async_recursion::async_recursion as boxed;

pub use account::{AccountSettings, HostReportPeriod};
pub use audit::{Actor, AuditEntry};
pub use audit_anchor::AuditAnchor;
pub use backup::{Backup, BackupRequest, Restored, back_up, restore, sync_directory_of};
pub use changes::{
    Change, ChangeFilter, ChangeState, JournalEntry, LedgerEntry, NewChange, SavingState,
};
pub use contracts::{ATTACHMENT_BYTES, Attachment, faults_of_terms};
pub use decisions::{Decision, DecisionScope, NewDecision};
pub use error::{Error, Result};
pub use filter::FindingListFilter;
pub use findings::{FindingEvent, FindingEventKind, NewComment, SeenFindings};
pub use give_up_secrets::SealedSecrets;
pub use history::{AdminChangeFilter, HistoryPage, HostedDay, SignInDay, SignInFilter};
pub use ids::{ChangeId, ChannelId, MessageId, QuestionId};
pub use integrations::{
    AuthorisationReturn, ChangeAccess, Connection, Credentials, IntegrationSettings,
    NewIntegration, OAuthApp, PendingAuthorisation, Tokens,
};
pub use key::MasterKey;
pub use members::{ApiToken, Member, NewMember, Organisation, Session};
pub use named_values::QuestionTemplate;
pub use notifications::{
    Channel, ChannelKind, ChannelSettings, MessageState, MessageSummary, NewMessage,
    NotificationKind, OutboxLag, OutboxMessage, SmtpSecurity, SmtpSettings,
};
pub use open::{DATABASE_FILE, make_private};
pub use options::{LeaseClock, StoreAccess, StoreLocation, StoreOptions};
pub use people::{
    Departure, Directory, DirectoryEntry, DirectoryFilter, DirectoryPerson, DirectoryStatus,
    ImportedPerson, PeopleImport,
};
pub use questions::{
    Answer, NewQuestion, OnSilence, Question, QuestionAction, QuestionFilter, QuestionState,
    RecentAnswer,
};
pub use rejected::StoredRejection;
pub use rotate_key::KeyRotation;
pub use rule_settings::RuleSettings;
pub use storage_fault::StorageFault;
pub use store::{Store, StoreCheck};
pub use sync::{DueUser, Lease, LeaseRenewal, RunTotals, SyncRun};
pub use upcoming_events::LicenceSpan;
pub use users::UserEmail;
pub use write::{
    AppliedWrites, HistoryKind, ListedUser, NO_DAYS, RejectedGroup, RejectedRecords, RejectedScope,
    RejectedText, SyncWrite, UserDetails,
};
