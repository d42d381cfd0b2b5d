//! Planned meetings and webinars. Titles are not read, because nothing needs them and they can be private.

use crate::record::record;

record! {
    /// A scheduled meeting or webinar of the account.
    pub struct UpcomingEvent {
        /// Zoom's identifier of the event.
        pub id: Option<String> = "id",
        /// Zoom's identifier of the host.
        pub host_id: Option<String> = "host_id",
        /// Planned begin of the event in UTC.
        pub start_time: Option<String> = "start_time",
    }

    /// A meeting that one user has in the calendar or is hosting.
    pub struct PlannedMeeting {
        /// Meeting number, the same for all occurrences of a series.
        pub id: Option<i64> = "id",
        /// Zoom's identifier of the host.
        pub host_id: Option<String> = "host_id",
        /// 1 instant, 2 scheduled, 3 recurring without fixed time, 8 recurring with fixed time.
        pub r#type: Option<i64> = "type",
        /// Planned begin in UTC; absent for a recurring meeting without a fixed time.
        pub start_time: Option<String> = "start_time",
        /// Planned length of the meeting in minutes.
        pub duration: Option<i64> = "duration",
    }
}
