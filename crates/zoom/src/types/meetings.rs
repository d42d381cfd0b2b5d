//! What is ahead. Titles are not read: nothing here needs them.

use crate::record::record;

record! {
    /// A meeting or webinar of the account that is scheduled.
    pub struct UpcomingEvent {
        /// Identifier of the event.
        pub id: Option<String> = "id",
        /// Identifier of the user who hosts it.
        pub host_id: Option<String> = "host_id",
        /// When it is to begin.
        pub start_time: Option<String> = "start_time",
    }

    /// A meeting that one user has in the calendar or is hosting.
    pub struct PlannedMeeting {
        /// The meeting number.
        pub id: Option<i64> = "id",
        /// Identifier of the host.
        pub host_id: Option<String> = "host_id",
        /// 1 instant, 2 scheduled, 3 recurring without fixed time, 8 recurring with fixed time.
        pub r#type: Option<i64> = "type",
        /// When it begins or began; absent without a fixed time.
        pub start_time: Option<String> = "start_time",
        /// Planned minutes.
        pub duration: Option<i64> = "duration",
    }
}
