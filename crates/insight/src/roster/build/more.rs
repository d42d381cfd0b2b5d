//! What is added to a roster for decisions, in any order relative to the users.

use model::{Day, EventKind, Licence, Timestamp, UpcomingEvent};

use super::RosterBuilder;
use super::employees::Told;
use crate::roster::extra::{DirectoryPerson, ImportedPerson, Purchased};
use crate::roster::seconds::seconds;
use crate::settings::NeedSettings;

impl RosterBuilder {
    /// Says what counts as needing a licence. Before anything hosted is added.
    pub fn need_settings(&mut self, needs: &NeedSettings) -> &mut Self {
        self.extra.needs = *needs;
        self.extra.settle_limits();
        self
    }

    /// Adds something scheduled; of a host who is no user it is ignored.
    pub fn upcoming(&mut self, event: &UpcomingEvent) -> &mut Self {
        let webinar = event.kind == EventKind::Webinar;
        let entry = (event.host_id.clone(), seconds(event.start), webinar);
        self.extra.upcoming.push(entry);
        self
    }

    /// Says up to which day it is known what is scheduled; `None` when it isn't known.
    pub fn upcoming_known(&mut self, until: Option<Day>) -> &mut Self {
        self.extra.upcoming_until = until;
        self
    }

    /// Says since when a user has held a licence; `exact` when the moment itself was seen, and not
    /// only that it was held then. Before anything hosted is added: what was cut off until then is a
    /// need of that time.
    pub fn licensed_since(
        &mut self,
        user_key: &str,
        licence: &Licence,
        since: Timestamp,
        exact: bool,
    ) -> &mut Self {
        let entry = (user_key.to_owned(), licence.clone(), since.day(), exact);
        self.extra.held.push(entry);
        self.ready = false;
        self
    }

    /// Adds the organisation's own list of employees: whoever is not in it, or has left by it, is a
    /// leaver.
    pub fn roster_import(&mut self, read_at: Timestamp, entries: Vec<ImportedPerson>) -> &mut Self {
        self.extra.employees = Some(Told::List(read_at, entries));
        self
    }

    /// Adds the people whom a directory pushes: whoever has left it by it is a leaver. Of those who are
    /// not in it nothing is concluded, because nothing tells whether it has everybody.
    pub fn directory(&mut self, changed_at: Timestamp, people: Vec<DirectoryPerson>) -> &mut Self {
        self.extra.employees = Some(Told::Directory(changed_at, people));
        self
    }

    /// Says how many people act for a user as assistants or schedulers.
    pub fn delegation(&mut self, user_key: &str, assistants: u32) -> &mut Self {
        self.extra
            .delegations
            .push((user_key.to_owned(), assistants));
        self
    }

    /// Adds what the application says was bought.
    pub fn purchased(&mut self, purchased: Vec<Purchased>) -> &mut Self {
        self.extra.purchased = purchased;
        self
    }
}
