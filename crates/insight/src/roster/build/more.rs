//! The parts of a roster that decisions need. They can be added before or after the users.

use model::{Day, EventKind, Licence, Timestamp, UpcomingEvent};

use super::RosterBuilder;
use super::employees::EmployeeData;
use crate::roster::details::{DirectoryPerson, ImportedPerson, Purchased};
use crate::roster::seconds::seconds;
use crate::settings::NeedSettings;

impl RosterBuilder {
    /// Sets which events count as needs. Call it before hosted events are added.
    pub fn need_settings(&mut self, needs: &NeedSettings) -> &mut Self {
        self.details.needs = *needs;
        self.details.settle_limits();
        self
    }

    /// Adds a scheduled event. It is ignored when the host is not a user.
    pub fn upcoming(&mut self, event: &UpcomingEvent) -> &mut Self {
        let webinar = event.kind == EventKind::Webinar;
        let entry = (event.host_id.clone(), seconds(event.start), webinar);
        self.details.upcoming.push(entry);
        self
    }

    /// Sets the last day for which scheduled events are known; `None` when they were not read.
    pub fn upcoming_known(&mut self, until: Option<Day>) -> &mut Self {
        self.details.upcoming_until = until;
        self
    }

    /// Sets the day since which a user has had a licence; `exact` when that day is certain, and not only the
    /// first day on which the licence was seen. Call it before hosted events are added, because meetings that
    /// were cut off before that day are needs.
    pub fn licensed_since(
        &mut self,
        user_key: &str,
        licence: &Licence,
        since: Timestamp,
        exact: bool,
    ) -> &mut Self {
        let entry = (user_key.to_owned(), licence.clone(), since.day(), exact);
        self.details.licences_since.push(entry);
        self.ready = false;
        self
    }

    /// Adds the organisation's own list of employees. Users that are not in it, or have left according to it,
    /// are leavers.
    pub fn roster_import(&mut self, read_at: Timestamp, entries: Vec<ImportedPerson>) -> &mut Self {
        self.details.employees = Some(EmployeeData::List(read_at, entries));
        self
    }

    /// Adds the people of a directory that pushes them. People that left it are leavers. Nothing is concluded
    /// about users that are not in it, because it is not known if it has all employees.
    pub fn directory(&mut self, changed_at: Timestamp, people: Vec<DirectoryPerson>) -> &mut Self {
        self.details.employees = Some(EmployeeData::Directory(changed_at, people));
        self
    }

    /// Sets how many people act for a user as assistants or schedulers.
    pub fn delegation(&mut self, user_key: &str, assistants: u32) -> &mut Self {
        self.details
            .delegations
            .push((user_key.to_owned(), assistants));
        self
    }

    /// Adds the seats that were bought according to the application.
    pub fn purchased(&mut self, purchased: Vec<Purchased>) -> &mut Self {
        self.details.purchased = purchased;
        self
    }
}
