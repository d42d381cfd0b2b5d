//! Reports. Dates are `yyyy-mm-dd` in UTC, the last day included; a range is at most a month and lies
//! within the last six. Compare [`Page::from`] and [`Page::to`] with the requested range, because Zoom
//! silently narrows a range that is too wide.

use super::Client;
use crate::endpoint::{
    Endpoint, REPORT_ACTIVITIES, REPORT_DAILY, REPORT_HISTORY_MEETINGS, REPORT_OPERATION_LOGS,
    REPORT_UPCOMING_EVENTS, REPORT_USERS,
};
use crate::error::Error;
use crate::page::{Page, PageToken};
use crate::record::Record;
use crate::types::{
    ActivityLog, DailyReport, HistoryMeeting, OperationLog, ReportUser, UpcomingEvent,
};

/// The users that the report of hosts contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportKind {
    /// Users with at least one hosted meeting in the range.
    Active,
    /// Users without a hosted meeting in the range.
    Inactive,
}

impl ReportKind {
    /// Zoom's value of the parameter `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

/// Kind of planned event. Each kind has a request of its own, because the rows do not contain the
/// kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// Only meetings, no webinars.
    Meeting,
    /// Only webinars, no meetings.
    Webinar,
}

impl EventType {
    /// Zoom's value of the parameter `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Webinar => "webinar",
        }
    }
}

/// Reads rows of `GET /report/history_meetings` that were kept as text.
pub fn history_meetings_of(texts: &[String]) -> Page<HistoryMeeting> {
    Page::of_texts(texts)
}

/// Reads rows of `GET /report/activities` that were kept as text.
pub fn activities_of(texts: &[String]) -> Page<ActivityLog> {
    Page::of_texts(texts)
}

impl Client {
    /// Reads one page of the users with, or without, a hosted meeting in the range.
    pub async fn report_users(
        &self,
        kind: ReportKind,
        from: &str,
        to: &str,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<ReportUser>, Error> {
        let more = Some(("type", kind.as_str()));
        self.report(&REPORT_USERS, (from, to), more, (page_size, next))
            .await
    }

    /// Reads one page of the meetings and webinars of the whole account that began in the range.
    pub async fn report_history_meetings(
        &self,
        from: &str,
        to: &str,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<HistoryMeeting>, Error> {
        let more = Some(("meeting_type", "all"));
        self.report(
            &REPORT_HISTORY_MEETINGS,
            (from, to),
            more,
            (page_size, next),
        )
        .await
    }

    /// Reads one page of sign-ins and sign-outs, newest first.
    pub async fn report_activities(
        &self,
        from: &str,
        to: &str,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<ActivityLog>, Error> {
        self.report(&REPORT_ACTIVITIES, (from, to), None, (page_size, next))
            .await
    }

    /// Reads one page of administrators' actions, newest first.
    pub async fn report_operation_logs(
        &self,
        from: &str,
        to: &str,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<OperationLog>, Error> {
        self.report(&REPORT_OPERATION_LOGS, (from, to), None, (page_size, next))
            .await
    }

    /// Reads one page of the account's meetings or webinars that are planned to begin in the range.
    pub async fn report_upcoming_events(
        &self,
        kind: EventType,
        from: &str,
        to: &str,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<UpcomingEvent>, Error> {
        let more = Some(("type", kind.as_str()));
        self.report(&REPORT_UPCOMING_EVENTS, (from, to), more, (page_size, next))
            .await
    }

    /// Reads the use of the account on each day of a month (1 to 12, days in UTC).
    pub async fn report_daily(&self, year: i16, month: u8) -> Result<DailyReport, Error> {
        let query = [("year", year.to_string()), ("month", month.to_string())];
        self.get(&REPORT_DAILY, "/report/daily", &query, |body| {
            Ok(DailyReport {
                year: body.integer("year"),
                month: body.integer("month"),
                days: Page::read(body, "dates")?,
            })
        })
        .await
    }

    async fn report<T: Record>(
        &self,
        endpoint: &Endpoint,
        (from, to): (&str, &str),
        more: Option<(&str, &str)>,
        page: (u32, Option<&PageToken>),
    ) -> Result<Page<T>, Error> {
        let mut query = vec![("from", from.to_owned()), ("to", to.to_owned())];
        query.extend(more.map(|(name, value)| (name, value.to_owned())));
        self.list(endpoint, endpoint.path, query, page).await
    }
}
