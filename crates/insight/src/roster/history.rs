//! Access to single users for decisions: days with needs, licences, scheduled events.

use model::{Coverage, Day, Licence, LicenceFamily, Needs, Timestamp};

use super::days::{Hosting, HostingDays, Packed, SignInDay};
use super::seconds::moment;
use super::{Gathering, Gone, Purchased, Roster};
use crate::activity::Facts;

impl Roster {
    /// The days on which the user of a row hosted an event that needed a licence, with the reasons, the
    /// newest first. All kinds of needs are included, also those that the settings do not count.
    #[must_use]
    pub fn need_days(&self, row: u32) -> Vec<(Day, Needs)> {
        self.hosting_days(row as usize)
            .filter(|hosting| !hosting.needs.is_empty())
            .map(|hosting| (self.day(hosting.day), hosting.needs))
            .collect()
    }

    /// The days with needs of former users, the newest first, one item for each person. Their names are not
    /// kept.
    pub fn gone_need_days(&self) -> impl Iterator<Item = Vec<(Day, Needs)>> + '_ {
        (0..self.gone.len()).map(|person| {
            let mut days = Vec::new();
            Hosting::unpack(self.gone.get(person), self.reference, &mut days);
            let of_day = |hosting: &Hosting| (self.day(hosting.day), hosting.needs);
            days.iter().map(of_day).collect()
        })
    }

    /// The days on which a meeting of the user of a row was cut off and started again, ascending. For a user
    /// with a licence, the days before it was given, if that day is known.
    pub fn cut_off_days(&self, row: u32) -> impl Iterator<Item = Day> + '_ {
        let cuts = self.details.cut_offs_of(row as usize).iter();
        cuts.map(super::details::CutOff::day)
    }

    /// The holders of a licence of a family (`licensed`, `webinar`), with the size of an add-on where it is
    /// known. Pending and deactivated users are included.
    #[must_use]
    pub fn licence_holders(&self, family: &str) -> Vec<(u32, Option<i64>)> {
        let family = self.app().licences.iter().find(|known| known.key == family);
        let Some(family) = family else {
            return Vec::new();
        };
        (0..u32::try_from(self.rows).unwrap_or(u32::MAX))
            .filter_map(|row| Some((row, self.holds(row as usize, family)?.size)))
            .collect()
    }

    /// The day since which the user of a row has had a licence, and whether that day is certain; `None` when
    /// it is not known.
    #[must_use]
    pub fn licensed_since(&self, row: u32, licence: &Licence) -> Option<(Day, bool)> {
        let held = self.details.licences_since_of(row as usize);
        let of = |held: &&super::details::LicenceSince| {
            self.details.licences[usize::from(held.licence)] == *licence
        };
        held.iter().rfind(of).map(|held| (held.since, held.exact))
    }

    /// The day on which the user's account was created, or else first seen.
    #[must_use]
    pub fn user_since(&self, row: u32) -> Day {
        moment(self.details.since[row as usize])
            .unwrap_or_default()
            .day()
    }

    /// The first day of the known history of hosted events without a gap, up to yesterday.
    #[must_use]
    pub fn history_since(&self) -> Option<Day> {
        self.hosted_known.unbroken_since(self.as_of.day().plus(-1))
    }

    /// The coverage of hosted events.
    #[must_use]
    pub fn hosted_known(&self) -> &Coverage {
        &self.hosted_known
    }

    #[must_use]
    pub fn sign_ins_known(&self) -> &Coverage {
        &self.sign_ins_known
    }

    /// The row of the user with this key.
    #[must_use]
    pub fn row_of(&self, user_key: &str) -> Option<u32> {
        self.find(user_key)
            .ok()
            .and_then(|row| u32::try_from(row).ok())
    }

    /// The key of the user of a row.
    #[must_use]
    pub fn key_of(&self, row: u32) -> &str {
        self.keys.text(row as usize)
    }

    /// The e-mail address of the user of a row; may be empty.
    #[must_use]
    pub fn email_of(&self, row: u32) -> &str {
        self.email(row as usize)
    }

    /// The name of the user of a row; may be empty.
    #[must_use]
    pub fn name_of(&self, row: u32) -> &str {
        self.names.text(row as usize)
    }

    /// Webinars and large meetings that the user of a row held, the oldest first.
    #[must_use]
    pub fn gatherings(&self, row: u32) -> &[Gathering] {
        self.details.gatherings_of(row as usize)
    }

    /// The seats that were bought according to the application; empty when it does not report them.
    #[must_use]
    pub fn purchased(&self) -> &[Purchased] {
        &self.details.purchased
    }

    /// The scheduled events of the user of a row: the start, and whether it is a webinar.
    pub fn scheduled(&self, row: u32) -> impl Iterator<Item = (Timestamp, bool)> + '_ {
        let events = self.details.scheduled_by(row as usize).iter();
        events.filter_map(|event| Some((moment(event.start)?, event.webinar)))
    }

    /// The last day for which scheduled events are known; `None` when they were not read.
    #[must_use]
    pub fn scheduled_until(&self) -> Option<Day> {
        self.details.scheduled_until
    }

    /// How the user of a row left, according to the list of employees or the pushed directory; `None` for a
    /// user that is not known to have left.
    #[must_use]
    pub fn left(&self, row: u32) -> Option<Gone> {
        self.details.gone(row as usize)
    }

    /// Whether employees come from a directory that pushes them, instead of a list.
    #[must_use]
    pub fn is_pushed(&self) -> bool {
        let employees = self.details.employees.as_ref();
        employees.is_some_and(|employees| employees.listed_at().is_none())
    }

    /// Whether a directory is pushed that does not contain the user of a row, so that nothing is known.
    #[must_use]
    pub fn absent(&self, row: u32) -> bool {
        self.details.is_absent(row as usize)
    }

    /// The licence of a family that the user of a row holds. An add-on with an unknown size has only the
    /// family.
    pub(crate) fn holds(&self, row: usize, family: &LicenceFamily) -> Option<Licence> {
        let value = |key: &str| {
            let index = self.app().field_index(key)?;
            self.columns[index].value(row)
        };
        family.held_by(value).flatten()
    }

    /// When the list of users was last read to the end.
    pub(crate) fn users_complete_at(&self) -> Option<Timestamp> {
        self.users_complete_at
    }

    /// The day of offset 0 of packed days.
    pub(crate) fn origin(&self) -> Day {
        self.origin
    }

    pub(crate) fn day(&self, offset: u16) -> Day {
        self.origin.plus(i32::from(offset))
    }

    /// The hosted days of a row, newest first.
    pub(crate) fn hosting_days(&self, row: usize) -> HostingDays<'_> {
        HostingDays::new(self.hostings.get(row), self.reference)
    }

    /// The last day on which a row had a need of these kinds.
    pub(crate) fn last_need(&self, row: usize, kinds: Needs) -> Option<Day> {
        self.hosting_days(row)
            .find(|hosting| hosting.needs.0 & kinds.0 != 0)
            .map(|hosting| self.day(hosting.day))
    }

    /// Appends the days on which a row signed in, newest first.
    pub(crate) fn sign_ins_of(&self, row: usize, out: &mut Vec<SignInDay>) {
        SignInDay::unpack(self.sign_ins.get(row), self.reference, out);
    }

    /// The known facts about a row's activity, for other crates.
    #[must_use]
    pub fn facts_of(&self, row: u32) -> Facts {
        self.facts(row as usize)
    }
}
