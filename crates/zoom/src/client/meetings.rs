//! Meetings that one user has planned or is hosting now.

use super::{Client, segment};
use crate::endpoint::USER_MEETINGS;
use crate::error::Error;
use crate::page::{Page, PageToken};
use crate::types::PlannedMeeting;

/// The meetings of a user to list. No list contains webinars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MeetingList {
    /// Meetings that are running now.
    Live,
    /// Meetings that are running now and those of the next six months.
    Upcoming,
}

impl MeetingList {
    /// Zoom's value of the parameter `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Upcoming => "upcoming",
        }
    }
}

impl Client {
    /// Reads one page of the meetings of one user.
    ///
    /// # Errors
    /// [`Error::Invalid`] with code 3161 for a user without the right to host.
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
