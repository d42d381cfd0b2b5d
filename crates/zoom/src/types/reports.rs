//! Rows of the reports. None of them has an identifier; meetings have a UUID.

use serde_json::value::RawValue;

use crate::body::Body;
use crate::member::Member;
use crate::record::record;

record! {
    /// A user in the report of active or inactive hosts.
    pub struct ReportUser {
        /// Zoom's identifier.
        pub id: Option<String> = "id",
        /// Sign-in address.
        pub email: Option<String> = "email",
        /// Name as shown.
        pub user_name: Option<String> = "user_name",
        /// As in [`super::User`].
        pub r#type: Option<i64> = "type",
        /// Department.
        pub dept: Option<String> = "dept",
        /// Meetings hosted in the range.
        pub meetings: Option<i64> = "meetings",
        /// Participants in these meetings.
        pub participants: Option<i64> = "participants",
        /// Minutes of these meetings.
        pub meeting_minutes: Option<i64> = "meeting_minutes",
    }

    /// A meeting or webinar that took place.
    pub struct HistoryMeeting {
        /// One occurrence.
        pub meeting_uuid: Option<String> = "meeting_uuid",
        /// The meeting number, shared by all occurrences.
        pub meeting_id: Option<i64> = "meeting_id",
        /// `Meeting` or `Webinar`.
        pub r#type: Option<String> = "type",
        /// Name of the host.
        pub host_display_name: Option<String> = "host_display_name",
        /// Address of the host; there is no user id.
        pub host_email: Option<String> = "host_email",
        /// Department of the host.
        pub department: Option<String> = "department",
        /// Names of the host's groups.
        pub group: Vec<String> = "group",
        /// Title.
        pub topic: Option<String> = "topic",
        /// What the meeting was made with.
        pub source: Option<String> = "source",
        /// When it was made.
        pub create_time: Option<String> = "create_time",
        /// When it began.
        pub start_time: Option<String> = "start_time",
        /// When it ended.
        pub end_time: Option<String> = "end_time",
        /// Minutes.
        pub duration: Option<i64> = "duration",
        /// Participants.
        pub participants: Option<i64> = "participants",
        /// Minutes of all participants together.
        pub total_participant_minutes: Option<i64> = "total_participant_minutes",
        /// Viewers of a webinar.
        pub unique_viewers: Option<i64> = "unique_viewers",
        /// Most viewers at the same time.
        pub max_concurrent_views: Option<i64> = "max_concurrent_views",
        /// Fields that the account defines.
        pub tracking_fields: Vec<TrackingField> = "tracking_fields",
        /// What was used in it.
        pub feature_used: FeatureUsed = "feature_used",
    }

    /// A field that the account defines for meetings.
    pub struct TrackingField {
        /// Its name.
        pub field: Option<String> = "field",
        /// Its value in this meeting.
        pub value: Option<String> = "value",
    }

    /// A sign-in or sign-out.
    pub struct ActivityLog {
        /// Address of the user; there is no user id.
        pub email: Option<String> = "email",
        /// When.
        pub time: Option<String> = "time",
        /// `Sign in` or `Sign out`.
        pub r#type: Option<String> = "type",
        /// From where.
        pub ip_address: Option<String> = "ip_address",
        /// With what, free text: `Browser`, `mac` and others.
        pub client_type: Option<String> = "client_type",
        /// Version of the client.
        pub version: Option<String> = "version",
    }

    /// An action of an administrator.
    pub struct OperationLog {
        /// When.
        pub time: Option<String> = "time",
        /// Address of the administrator.
        pub operator: Option<String> = "operator",
        /// What it was about, an open set: `User`, `Account` and others.
        pub category_type: Option<String> = "category_type",
        /// What was done, an open set: `Add`, `Update` and others.
        pub action: Option<String> = "action",
        /// What was done, in English prose.
        pub operation_detail: Option<String> = "operation_detail",
    }

    /// Use of the account on the days of a month.
    pub struct DailyReport {
        /// The year.
        pub year: Option<i64> = "year",
        /// The month, 1 to 12.
        pub month: Option<i64> = "month",
        /// The days.
        pub dates: Vec<DailyUsage> = "dates",
    }

    /// Use of the account on one day.
    pub struct DailyUsage {
        /// `yyyy-mm-dd`.
        pub date: Option<String> = "date",
        /// Users made on this day.
        pub new_users: Option<i64> = "new_users",
        /// Meetings.
        pub meetings: Option<i64> = "meetings",
        /// Participants.
        pub participants: Option<i64> = "participants",
        /// Minutes of all participants together.
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

/// What was used in a meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct FeatureUsed {
    /// Names of what was used, in Zoom's order, also those not in [`FEATURES`].
    pub names: Vec<String>,
}

impl FeatureUsed {
    /// The known ones as a bit set, numbered as in [`FEATURES`].
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
        // A flag that is neither true nor false is a new kind of member, not an error.
        let used = body
            .members()
            .filter(|(_, value)| bool::read(value).unwrap_or(false));
        Ok(Self {
            names: used.map(|(name, _)| name.to_owned()).collect(),
        })
    }
}
