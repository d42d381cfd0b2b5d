//! One user as pages, API and exports show them.

use model::{ActivityState, Application, Day, FieldValue, Needs, Timestamp};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::days::{Hosting, Packed, SignInDay};
use super::seconds::moment;
use super::{Roster, name_and_email};
use crate::activity::{Threshold, window_covered};

/// A user. Serialises to the shape of the API.
#[derive(Debug, Clone)]
pub struct UserView<'a> {
    app: &'static Application,
    /// Stable key; unique within the integration.
    pub key: &'a str,
    /// The application's own id, when it has given one.
    pub external_id: Option<&'a str>,
    /// E-mail address; may be empty.
    pub email: &'a str,
    /// Name to show; may be empty.
    pub display_name: &'a str,
    /// Metadata in the order of the application's fields; `None` where unknown.
    pub values: Vec<Option<&'a FieldValue>>,
    /// Names of the user's groups, in alphabetical order.
    pub groups: Vec<&'a str>,
    /// What the user did.
    pub activity: ActivityView,
}

/// What a user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ActivityView {
    /// The last known sign-in, to the second.
    pub last_sign_in: Option<Timestamp>,
    /// Whether `last_sign_in` is the true one: with `true`, `None` means that the user never signed
    /// in; with `false`, there may have been a later one.
    #[serde(skip)]
    pub last_sign_in_known: bool,
    /// When the last known meeting or webinar began that the user hosted, to the second.
    pub last_hosted: Option<Timestamp>,
    /// Meetings and webinars hosted in the last 30 days; `None` when not known for all of them.
    pub meetings_30d: Option<u32>,
    /// Meetings and webinars hosted in the last 90 days; `None` when not known for all of them.
    pub meetings_90d: Option<u32>,
    /// Minutes of what was hosted in the last 30 days; `None` when not known for all of them.
    pub minutes_30d: Option<u32>,
    /// Minutes of what was hosted in the last 90 days; `None` when not known for all of them.
    pub minutes_90d: Option<u32>,
    /// Whether the user is active, for the threshold that was asked for.
    pub state: ActivityState,
}

/// What a user hosted on one day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct HostedDay {
    /// The day.
    pub day: Day,
    /// Meetings, webinars not counted.
    pub meetings: u32,
    /// Webinars.
    pub webinars: u32,
    /// Minutes of meetings and webinars together.
    pub minutes: u32,
    /// Minutes of the longest.
    pub longest: u32,
    /// Participants of the largest.
    pub most_participants: u32,
    /// Why any of it needed a licence; empty when a free user could have done it all.
    #[serde(skip)]
    pub needs: Needs,
}

/// A user with every day on which something happened.
#[derive(Debug, Clone)]
pub struct UserDetail<'a> {
    /// The user.
    pub user: UserView<'a>,
    /// Days with a sign-in in the log, oldest first.
    pub sign_in_days: Vec<Day>,
    /// Days with something hosted, oldest first.
    pub hosted: Vec<HostedDay>,
}

/// What is the same for all rows that one answer shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lens {
    threshold: Threshold,
    known_30: bool,
    known_90: bool,
}

impl Roster {
    /// How rows look with this threshold.
    pub(crate) fn lens(&self, inactive_days: u16) -> Lens {
        Lens {
            threshold: self.threshold(inactive_days),
            known_30: self.window_known(30),
            known_90: self.window_known(90),
        }
    }

    /// Whether hosting is known for the whole of the last so many days.
    pub(crate) fn window_known(&self, days: u16) -> bool {
        window_covered(&self.hosted_known, self.as_of, days)
    }

    pub(crate) fn view(&self, row: usize, lens: &Lens) -> UserView<'_> {
        let mut groups: Vec<&str> = self
            .groups_of(row)
            .iter()
            .map(|group| self.groups[*group as usize].name.as_str())
            .collect();
        groups.sort_unstable();
        UserView {
            app: self.app,
            key: self.keys.text(row),
            external_id: self.external_id(row),
            email: self.email(row),
            display_name: self.names.text(row),
            values: self
                .columns
                .iter()
                .map(|column| column.value(row))
                .collect(),
            groups,
            activity: self.activity(row, lens),
        }
    }

    fn external_id(&self, row: usize) -> Option<&str> {
        let at = self
            .external_ids
            .binary_search_by_key(&row, |(row, _)| *row as usize);
        match at {
            Ok(at) => self.external_ids[at].1.as_deref(),
            Err(_) => Some(self.keys.text(row)),
        }
    }

    pub(crate) fn email(&self, row: usize) -> &str {
        match self
            .odd_emails
            .0
            .binary_search_by_key(&row, |row| *row as usize)
        {
            Ok(at) => self.odd_emails.1.text(at),
            Err(_) => std::str::from_utf8(name_and_email(self.text.get(row)).1).unwrap_or_default(),
        }
    }

    fn activity(&self, row: usize, lens: &Lens) -> ActivityView {
        let facts = self.facts(row);
        let state = lens.threshold.state(&facts);
        let last_sign_in = facts.last_sign_in();
        let window =
            |i: usize, known: bool| known.then(|| self.windows[i].value(row).copied().unwrap_or(0));
        ActivityView {
            last_sign_in,
            last_sign_in_known: match last_sign_in {
                None => state == ActivityState::Never,
                Some(last) => self
                    .sign_ins_known
                    .covers(last.day(), self.as_of.day().plus(-1)),
            },
            last_hosted: moment(self.hosted[row]),
            meetings_30d: window(0, lens.known_30),
            meetings_90d: window(1, lens.known_90),
            minutes_30d: window(2, lens.known_30),
            minutes_90d: window(3, lens.known_90),
            state,
        }
    }

    /// The user with this key, with every day on which something happened; the state of activity is
    /// for a threshold of `inactive_days`.
    #[must_use]
    pub fn user(&self, key: &str, inactive_days: u16) -> Option<UserDetail<'_>> {
        let row = self.find(key).ok()?;
        let mut sign_ins = Vec::new();
        SignInDay::unpack(self.sign_ins.get(row), self.reference, &mut sign_ins);
        let mut hosted = Vec::new();
        Hosting::unpack(self.hostings.get(row), self.reference, &mut hosted);
        let day = |offset: u16| self.origin.plus(i32::from(offset));
        Some(UserDetail {
            user: self.view(row, &self.lens(inactive_days)),
            sign_in_days: sign_ins.iter().rev().map(|d| day(d.0)).collect(),
            hosted: hosted
                .iter()
                .rev()
                .map(|h| HostedDay {
                    day: day(h.day),
                    meetings: h.meetings,
                    webinars: h.webinars,
                    minutes: h.minutes,
                    longest: h.longest,
                    most_participants: h.participants,
                    needs: h.needs,
                })
                .collect(),
        })
    }

    /// How many meetings and webinars a user hosted in each of the last `weeks` weeks of seven days,
    /// the one that ends today last; `None` when there is no such user.
    #[must_use]
    pub fn hosted_weeks(&self, key: &str, weeks: usize) -> Option<Vec<u32>> {
        let row = self.find(key).ok()?;
        let mut hosted = Vec::new();
        Hosting::unpack(self.hostings.get(row), self.reference, &mut hosted);
        let mut counts = vec![0_u32; weeks];
        for hosting in hosted {
            let day = self.origin.plus(i32::from(hosting.day));
            let back = usize::try_from(self.as_of.day().since(day)).unwrap_or(0) / 7;
            if let Some(count) = weeks.checked_sub(back + 1).and_then(|i| counts.get_mut(i)) {
                *count += hosting.meetings + hosting.webinars;
            }
        }
        Some(counts)
    }
}

impl UserView<'_> {
    /// The metadata value of the field with this key; `None` when unknown.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&FieldValue> {
        self.values
            .get(self.app.field_index(field)?)
            .copied()
            .flatten()
    }
}

impl Serialize for UserView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut user = serializer.serialize_struct("User", 6)?;
        user.serialize_field("id", self.key)?;
        user.serialize_field("email", self.email)?;
        user.serialize_field("display_name", self.display_name)?;
        user.serialize_field("metadata", &Metadata(self))?;
        user.serialize_field("groups", &self.groups)?;
        user.serialize_field("activity", &self.activity)?;
        user.end()
    }
}

struct Metadata<'a>(&'a UserView<'a>);

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.values.len()))?;
        for (field, value) in self.0.app.fields.iter().zip(&self.0.values) {
            map.serialize_entry(field.key, value)?;
        }
        map.end()
    }
}
