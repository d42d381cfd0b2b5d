//! Reports. Dates are `yyyy-mm-dd`, the last day included; a range is at most a month and lies within
//! the last six. Zoom narrows a range that is too wide without saying so: compare [`Page::from`] and
//! [`Page::to`] with what was asked.

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

/// Which hosts to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportKind {
    /// Hosted at least one meeting in the range.
    Active,
    /// Hosted none.
    Inactive,
}

impl ReportKind {
    /// Zoom's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

/// What kind of event is ahead. The rows do not tell, so each kind is asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// Meetings.
    Meeting,
    /// Webinars.
    Webinar,
}

impl EventType {
    /// Zoom's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Webinar => "webinar",
        }
    }
}

impl Client {
    /// Users who hosted, or did not host, a meeting in the range.
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

    /// Meetings and webinars of the whole account that began in the range.
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

    /// Sign-ins and sign-outs, newest first.
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

    /// Actions of administrators, newest first.
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

    /// Meetings or webinars of the whole account that are scheduled to begin in the range.
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

    /// Use of the account on each day of a month (1 to 12).
    pub async fn report_daily(&self, year: i16, month: u8) -> Result<DailyReport, Error> {
        let query = [("year", year.to_string()), ("month", month.to_string())];
        self.get(&REPORT_DAILY, "/report/daily", &query, |body| {
            super::users::needed(body, "dates")?;
            DailyReport::from_members(body)
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
