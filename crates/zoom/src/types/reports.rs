//! Rows of the reports, as in Zoom's Reports API document. Only meetings have an identifier, a UUID.

use serde_json::value::RawValue;

use crate::body::Body;
use crate::member::{Member, is_absent};
use crate::page::Page;
use crate::record::record;

record! {
    /// A user in the report of active or inactive hosts.
    pub struct ReportUser {
        /// Zoom's identifier of the user.
        pub id: Option<String> = "id",
        /// E-mail address with which the user signs in.
        pub email: Option<String> = "email",
        /// Name that other participants see.
        pub user_name: Option<String> = "user_name",
        /// User type, with the same values as [`super::User::type`].
        pub r#type: Option<i64> = "type",
        /// Department of the user, free text.
        pub dept: Option<String> = "dept",
        /// Meetings hosted in the range.
        pub meetings: Option<i64> = "meetings",
        /// Sum of participants in these meetings.
        pub participants: Option<i64> = "participants",
        /// Sum of the lengths of these meetings in minutes.
        pub meeting_minutes: Option<i64> = "meeting_minutes",
    }

    /// A meeting or webinar that took place.
    pub struct HistoryMeeting {
        /// Identifier of one occurrence of the meeting.
        pub meeting_uuid: Option<String> = "meeting_uuid",
        /// The meeting number, shared by all occurrences.
        pub meeting_id: Option<i64> = "meeting_id",
        /// Kind of event: `Meeting` or `Webinar`.
        pub r#type: Option<String> = "type",
        /// Name of the host that participants saw.
        pub host_display_name: Option<String> = "host_display_name",
        /// E-mail address of the host; Zoom sends no user id here.
        pub host_email: Option<String> = "host_email",
        /// Department of the host, free text.
        pub department: Option<String> = "department",
        /// Names of the host's groups.
        pub group: Vec<String> = "group",
        /// Title of the meeting, free text.
        pub topic: Option<String> = "topic",
        /// Program with which the meeting was created, for example `Zoom`.
        pub source: Option<String> = "source",
        /// When the meeting was created (UTC).
        pub create_time: Option<String> = "create_time",
        /// When the meeting began (UTC).
        pub start_time: Option<String> = "start_time",
        /// When the meeting ended (UTC).
        pub end_time: Option<String> = "end_time",
        /// Length in minutes, rounded up.
        pub duration: Option<i64> = "duration",
        /// Number of participants, including the host.
        pub participants: Option<i64> = "participants",
        /// Sum of the minutes of all participants.
        pub total_participant_minutes: Option<i64> = "total_participant_minutes",
        /// Number of different viewers of a webinar.
        pub unique_viewers: Option<i64> = "unique_viewers",
        /// Largest number of viewers at the same time.
        pub max_concurrent_views: Option<i64> = "max_concurrent_views",
        /// Fields that the account defines for its meetings.
        pub tracking_fields: Vec<TrackingField> = "tracking_fields",
        /// Features that were used in the meeting.
        pub feature_used: FeatureUsed = "feature_used",
    }

    /// A field that the account defines for its meetings.
    pub struct TrackingField {
        /// Name of the field in the account's settings.
        pub field: Option<String> = "field",
        /// Value of the field in this meeting.
        pub value: Option<String> = "value",
    }

    /// A sign-in or sign-out of a user.
    pub struct ActivityLog {
        /// E-mail address of the user; Zoom sends no user id here.
        pub email: Option<String> = "email",
        /// Time of the sign-in or sign-out (UTC).
        pub time: Option<String> = "time",
        /// `Sign in` or `Sign out`.
        pub r#type: Option<String> = "type",
        /// IP address that the user came from.
        pub ip_address: Option<String> = "ip_address",
        /// Client that was used, free text: `Browser`, `mac` and others.
        pub client_type: Option<String> = "client_type",
        /// Version of the client, for example `6.2.11.43613`.
        pub version: Option<String> = "version",
    }

    /// An action of an administrator, from the report of operation logs.
    pub struct OperationLog {
        /// Time of the action (UTC).
        pub time: Option<String> = "time",
        /// E-mail address of the administrator.
        pub operator: Option<String> = "operator",
        /// Subject of the action, an open set: `User`, `Account` and others.
        pub category_type: Option<String> = "category_type",
        /// Kind of action, an open set: `Add`, `Update` and others.
        pub action: Option<String> = "action",
        /// Description of the action in English prose.
        pub operation_detail: Option<String> = "operation_detail",
    }

    /// Use of the account on one day.
    pub struct DailyUsage {
        /// Date of the day in UTC, as `yyyy-mm-dd`.
        pub date: Option<String> = "date",
        /// Number of users created on this day.
        pub new_users: Option<i64> = "new_users",
        /// Number of meetings that began on this day.
        pub meetings: Option<i64> = "meetings",
        /// Number of participants in all meetings of this day.
        pub participants: Option<i64> = "participants",
        /// Sum of the minutes of all participants.
        pub meeting_minutes: Option<i64> = "meeting_minutes",
    }
}

/// The features of a meeting that Zoom reports, in a fixed order: the position of a name is its bit
/// in [`FeatureUsed::bits`]. New names are only ever added at the end.
pub const FEATURES: &[&str] = &[
    "screen_sharing",
    "video_on",
    "remote_control",
    "closed_caption",
    "breakout_room",
    "language_interpretation",
    "telephone_usage",
    "in_meeting_chat",
    "poll",
    "join_by_room",
    "waiting_room",
    "live_transcription",
    "reaction",
    "zoom_apps",
    "annotation",
    "raise_hand",
    "virtual_background",
    "whiteboard",
    "immersive_scene",
    "avatar",
    "switch_to_mobile",
    "file_sharing",
    "meeting_summary",
    "meeting_questions",
    "record_to_computer",
    "record_to_cloud",
    "live_translation",
    "registration",
    "smart_recording",
    "multi_speaker",
    "meeting_wallpaper",
    "gen_ai_virtual_background",
    "multi_share",
    "document_collaboration",
    "portrait_lighting",
    "personalized_audio_isolation",
    "color_themes",
];

/// The use of the account on each day of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyReport {
    /// Year of the report, if Zoom sends it.
    pub year: Option<i64>,
    /// Month of the report, from 1 to 12, if Zoom sends it.
    pub month: Option<i64>,
    /// The days of the month.
    pub days: Page<DailyUsage>,
}

/// The features that were used in a meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct FeatureUsed {
    /// Known flags whose value is neither true nor false.
    #[serde(skip)]
    pub odd: Vec<String>,
    /// Names of the used features in Zoom's order, including names that are not in [`FEATURES`].
    pub names: Vec<String>,
}

impl FeatureUsed {
    /// The known features as a bit set, numbered as in [`FEATURES`].
    pub fn bits(&self) -> u64 {
        let known = FEATURES.iter().enumerate();
        known
            .filter(|(_, name)| self.names.iter().any(|used| used == *name))
            .fold(0, |bits, (bit, _)| bits | 1 << bit)
    }
}

impl Member for FeatureUsed {
    fn read(raw: &RawValue) -> Result<Self, String> {
        let body = Body::parse(raw.get()).map_err(|_| "expected an object of flags".to_owned())?;
        let mut features = Self::default();
        for (name, value) in body.members().filter(|(_, value)| !is_absent(value)) {
            match bool::read(value) {
                Ok(true) => features.names.push(name.to_owned()),
                Err(_) if FEATURES.contains(&name) => features.odd.push(name.to_owned()),
                // Not used, or a new kind of member, which nothing reads.
                Ok(false) | Err(_) => {}
            }
        }
        Ok(features)
    }
}
