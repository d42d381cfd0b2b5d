//! Meetings that one user has in the calendar or is hosting now.

use super::{Client, segment};
use crate::endpoint::USER_MEETINGS;
use crate::error::Error;
use crate::page::{Page, PageToken};
use crate::types::PlannedMeeting;

/// Which meetings of a user to list. Webinars are in none of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MeetingList {
    /// Those that go on now.
    Live,
    /// Those that go on now and those of the next six months.
    Upcoming,
}

impl MeetingList {
    /// Zoom's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Upcoming => "upcoming",
        }
    }
}

impl Client {
    /// Meetings of one user. [`Error::Invalid`] with code 3161 for a user who may not host.
    pub async fn user_meetings(
        &self,
        id: &str,
        list: MeetingList,
        page_size: u32,
        next: Option<&PageToken>,
    ) -> Result<Page<PlannedMeeting>, Error> {
        let path = format!("/users/{}/meetings", segment(id)?);
        let query = vec![("type", list.as_str().to_owned())];
        self.list(&USER_MEETINGS, &path, query, (page_size, next))
            .await
    }
}
