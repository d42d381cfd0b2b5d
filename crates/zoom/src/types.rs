//! The records that the endpoints return, with Zoom's own member names. Every member that Zoom may omit is an
//! `Option` or an empty list; values of open sets stay text or integers, because Zoom adds new ones
//! without notice. Times are text as sent: UTC, whole seconds, `2026-11-19T07:11:02Z`.

mod groups;
mod meetings;
mod reports;
mod users;

pub use groups::{Group, GroupMember, ManagedDomain};
pub use meetings::{PlannedMeeting, UpcomingEvent};
pub use reports::{
    ActivityLog, DailyReport, DailyUsage, FEATURES, FeatureUsed, HistoryMeeting, OperationLog,
    ReportUser, TrackingField,
};
pub use users::{
    CustomAttribute, Delegate, Feature, LicenseInfo, User, UserDetail, UserSettings, UsersSummary,
};
