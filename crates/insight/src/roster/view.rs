//! One user, as pages, API and exports show it.

use model::{ActivityState, Application, Day, FieldValue, HostedWindow, Needs, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::ToSchema;

use super::days::{Hosting, Packed, SignInDay};
use super::seconds::moment;
use super::{Roster, name_and_email};
use crate::activity::{Threshold, window_covered};

/// A user of the application with metadata and activity.
#[derive(Debug, Clone, serde::Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserView<'a> {
    /// Stable key: the application's id, or the e-mail address while an invitation is open.
    #[serde(rename = "id")]
    pub key: &'a str,
    /// The application's own id; `None` while an invitation is open.
    #[serde(skip)]
    pub external_id: Option<&'a str>,
    /// E-mail address as the application writes it; may be empty.
    pub email: &'a str,
    /// Name to show; may be empty.
    pub display_name: &'a str,
    /// Every metadata field of the application; null where unknown.
    #[schema(value_type = Object)]
    pub metadata: Metadata<'a>,
    /// Names of the groups of which the user is a member, in alphabetical order.
    pub groups: Vec<&'a str>,
    /// The known activity of the user.
    pub activity: ActivityView,
}

/// The metadata of a user.
#[derive(Debug, Clone)]
pub struct Metadata<'a> {
    app: &'static Application,
    /// The values in the order of [`Application::fields`]; `None` where unknown.
    pub values: Vec<Option<&'a FieldValue>>,
}

/// The known activity of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ToSchema)]
#[schema(as = Activity)]
pub struct ActivityView {
    /// The last known sign-in (UTC), to the second; null when none is known.
    pub last_sign_in: Option<Timestamp>,
    /// Whether `last_sign_in` is certain: with `true`, `None` means that the user never signed in; with
    /// `false`, there may have been a later sign-in.
    #[serde(skip)]
    pub last_sign_in_known: bool,
    /// Start of the last known meeting or webinar that the user hosted (UTC), to the second; null when none
    /// is known.
    pub last_hosted: Option<Timestamp>,
    /// Number of meetings and webinars hosted in the last 30 days; null when a part of these days is not
    /// known.
    pub meetings_30d: Option<u32>,
    /// Number of meetings and webinars hosted in the last 90 days; null when a part of these days is not
    /// known.
    pub meetings_90d: Option<u32>,
    /// Minutes hosted in the last 30 days; null when a part of these days is not known.
    pub minutes_30d: Option<u32>,
    /// Minutes hosted in the last 90 days; null when a part of these days is not known.
    pub minutes_90d: Option<u32>,
    /// Whether the user is active, for the number of days of the query: `active`, `inactive`, `never` or
    /// `unknown`.
    pub state: ActivityState,
}

/// The events that a user hosted on one day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostedDay {
    pub day: Day,
    /// Number of meetings, without webinars.
    pub meetings: u32,
    pub webinars: u32,
    /// Minutes of meetings and webinars together.
    pub minutes: u32,
    /// Length of the longest event in minutes.
    pub longest: u32,
    /// Number of participants of the largest event.
    pub most_participants: u32,
    /// The reasons why any of the events needed a licence; empty when a free user could have hosted all of
    /// them.
    pub needs: Needs,
}

/// A user with every active day.
#[derive(Debug, Clone)]
pub struct UserDetail<'a> {
    pub user: UserView<'a>,
    /// Days with a sign-in in the log, oldest first.
    pub sign_in_days: Vec<Day>,
    /// Days with hosted events, oldest first.
    pub hosted: Vec<HostedDay>,
}

/// The inputs that are the same for all rows of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lens {
    threshold: Threshold,
    /// Which sums over hosted events are known, by position in [`HostedWindow::ALL`].
    known: [bool; HostedWindow::ALL.len()],
}

impl Roster {
    /// The inputs for rows with this threshold.
    pub(crate) fn lens(&self, inactive_days: u16) -> Lens {
        Lens {
            threshold: self.threshold(inactive_days),
            known: HostedWindow::ALL.map(|window| self.window_known(window.days())),
        }
    }

    /// Whether hosted events are known for all of the last so many days.
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
            key: self.keys.text(row),
            external_id: self.external_id(row),
            email: self.email(row),
            display_name: self.names.text(row),
            metadata: Metadata {
                app: self.app,
                values: self
                    .columns
                    .iter()
                    .map(|column| column.value(row))
                    .collect(),
            },
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
        let window = |window: HostedWindow| {
            let at = window as usize;
            lens.known[at].then(|| self.windows[at].value(row).copied().unwrap_or(0))
        };
        ActivityView {
            last_sign_in,
            last_sign_in_known: match last_sign_in {
                None => state == ActivityState::Never,
                Some(last) => self
                    .sign_ins_known
                    .covers(last.day(), self.as_of.day().plus(-1)),
            },
            last_hosted: moment(self.hosted[row]),
            meetings_30d: window(HostedWindow::Meetings30),
            meetings_90d: window(HostedWindow::Meetings90),
            minutes_30d: window(HostedWindow::Minutes30),
            minutes_90d: window(HostedWindow::Minutes90),
            state,
        }
    }

    /// The user with this key, with every active day. The state of activity is for a threshold of
    /// `inactive_days`.
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

    /// The number of meetings and webinars that a user hosted in each of the last `weeks` periods of seven
    /// days, the one that ends today last; `None` when there is no such user.
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

impl ActivityView {
    /// The sum over hosted events; `None` when a part of its days is not known.
    #[must_use]
    pub fn hosted(&self, window: HostedWindow) -> Option<u32> {
        match window {
            HostedWindow::Meetings30 => self.meetings_30d,
            HostedWindow::Meetings90 => self.meetings_90d,
            HostedWindow::Minutes30 => self.minutes_30d,
            HostedWindow::Minutes90 => self.minutes_90d,
        }
    }
}

impl UserView<'_> {
    /// The metadata value of the field with this key; `None` when unknown.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&FieldValue> {
        let metadata = &self.metadata;
        let at = metadata.app.field_index(field)?;
        metadata.values.get(at).copied().flatten()
    }
}

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (field, value) in self.app.fields.iter().zip(&self.values) {
            map.serialize_entry(field.key, value)?;
        }
        map.end()
    }
}
