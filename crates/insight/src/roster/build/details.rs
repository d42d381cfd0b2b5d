//! The data that decisions need in addition to metadata and days. They are collected in any order and
//! assigned to rows at the end.

use model::{
    Application, Day, FieldValue, Holder, HostedSummary, Licence, NeedKind, Needs, Timestamp, User,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::employees::EmployeeData;
use crate::bits::Bits;
use crate::needs::needs_of;
use crate::roster::addresses::Person;
use crate::roster::arena::Arena;
use crate::roster::days::people;
use crate::roster::details::{
    CutOff, Details, Gathering, LicenceSince, NeedLimits, Purchased, Scheduled,
};
use crate::roster::seconds::seconds;
use crate::settings::NeedSettings;

/// The number of days before now in which cut-off meetings are searched for.
const CUT_OFF_DAYS: i32 = 400;
/// The lengths in minutes of a meeting that was cut off, if the same host started another one at once.
const CUT_OFF_MINUTES: std::ops::RangeInclusive<u32> = 39..=41;
/// The meaning of "at once": the next meeting starts at most so many seconds after the end, or so many
/// seconds before it, because lengths are rounded up to minutes.
const AT_ONCE: (i64, i64) = (300, 120);

/// A short meeting of a free user with other participants, packed into eight bytes: person, start and length.
type Short = u64;

#[derive(Debug)]
pub(super) struct DetailsBuilder {
    app: &'static Application,
    pub(super) needs: NeedSettings,
    limits: NeedLimits,
    since: Vec<u32>,
    created: Vec<bool>,
    licensed: Vec<bool>,
    /// The last second without a base licence, for users that are known to have got one; otherwise 0.
    free_until: Vec<u32>,
    /// The number of free users, and of licensed users without a large-meeting add-on, by the number of
    /// participants that they may have.
    free_audiences: FxHashMap<i64, u32>,
    licensed_audiences: FxHashMap<i64, u32>,
    pub(super) licences_since: Vec<(String, Licence, Day, bool)>,
    pub(super) upcoming: Vec<(String, u32, bool)>,
    pub(super) upcoming_until: Option<Day>,
    pub(super) employees: Option<EmployeeData>,
    pub(super) delegations: Vec<(String, u32)>,
    pub(super) purchased: Vec<Purchased>,
    gatherings: Vec<Gathering>,
    shorts: Vec<Short>,
    /// Seconds since 1970 from which short meetings are kept.
    shorts_from: i64,
}

impl DetailsBuilder {
    pub(super) fn new(app: &'static Application, as_of: Timestamp) -> Self {
        let mut this = Self {
            app,
            needs: NeedSettings::default(),
            limits: NeedLimits {
                minutes: 0,
                audience: 0,
                licensed_audience: 0,
            },
            since: Vec::new(),
            created: Vec::new(),
            licensed: Vec::new(),
            free_until: Vec::new(),
            free_audiences: FxHashMap::default(),
            licensed_audiences: FxHashMap::default(),
            licences_since: Vec::new(),
            upcoming: Vec::new(),
            upcoming_until: None,
            employees: None,
            delegations: Vec::new(),
            purchased: Vec::new(),
            gatherings: Vec::new(),
            shorts: Vec::new(),
            shorts_from: as_of.day().plus(-CUT_OFF_DAYS).start().0 / 1000,
        };
        this.settle_limits();
        this
    }

    /// Adds a user, before the metadata are moved into columns.
    pub(super) fn user(&mut self, user: &User) {
        let app = self.app;
        let value = |key: &str| user.fields.get(key).or_else(|| user.details.get(key));
        let is = |key: &str, values: &[&str]| matches!(value(key), Some(FieldValue::Text(text)) if values.contains(&text.as_str()));
        let mut licensed = false;
        let mut free = false;
        for family in app.licences {
            if let Holder::Base { field, values, .. } = family.holder {
                licensed |= is(field, values);
                free |= is(field, &[app.free.value]);
            }
        }
        if let Some(FieldValue::Integer(audience)) = value(app.free.audience_field) {
            let add_on = app.licences.iter().any(|family| {
                matches!(family.holder, Holder::AddOn { flag, .. }
                    if value(flag) == Some(&FieldValue::YesNo(true)))
            });
            if free {
                *self.free_audiences.entry(*audience).or_default() += 1;
            } else if licensed && !add_on {
                *self.licensed_audiences.entry(*audience).or_default() += 1;
            }
        }
        self.since
            .push(seconds(user.created_at.unwrap_or(user.first_seen)));
        self.created.push(user.created_at.is_some());
        self.licensed.push(licensed);
        self.free_until.push(0);
    }

    /// Computes until when users had no base licence. The day on which it was given still counts as a day
    /// without it, because meetings of licensed users are not cut off.
    pub(super) fn settle_given(&mut self, positions: &FxHashMap<Box<str>, u32>) {
        let base = |licence: &Licence| {
            let mut families = self.app.licences.iter();
            families.any(|family| family.key == licence.family && family.is_base())
        };
        for (key, licence, since, exact) in &self.licences_since {
            if let Some(position) = positions.get(key.as_str())
                && *exact
                && base(licence)
            {
                let until = &mut self.free_until[*position as usize];
                *until = (*until).max(seconds(since.plus(1).start()));
            }
        }
    }

    /// Computes the limits from the users added so far.
    pub(super) fn settle_limits(&mut self) {
        // The most frequent number is the account's limit, because only few users have a higher one of their
        // own.
        let usual = |counts: &FxHashMap<i64, u32>| {
            let most = counts
                .iter()
                .max_by_key(|(audience, count)| (**count, **audience));
            most.map(|(audience, _)| *audience)
                .filter(|audience| *audience > 0)
        };
        let free = &self.app.free;
        let audience = self.needs.audience.map(i64::from);
        let audience =
            audience.unwrap_or_else(|| usual(&self.free_audiences).unwrap_or(free.audience));
        self.limits = NeedLimits {
            minutes: i32::from(self.needs.minutes),
            audience,
            licensed_audience: usual(&self.licensed_audiences)
                .unwrap_or(audience)
                .max(audience),
        };
    }

    /// The reasons why an event needed a licence. Also keeps the events that are needed one by one.
    pub(super) fn hosted(&mut self, person: Person, event: &HostedSummary) -> Needs {
        let needs = needs_of(event, &self.limits, &self.app.free);
        let Some(user) = person.user() else {
            return needs;
        };
        let large = needs.contains(NeedKind::LargeMeeting);
        if event.webinar || large {
            self.gatherings.push(Gathering {
                row: person.0,
                start: seconds(event.start),
                minutes: u16::try_from(event.minutes).unwrap_or(0),
                participants: people(event),
                webinar: event.webinar,
            });
        }
        let start = event.start.0 / 1000;
        let was_free = !self.licensed[user] || start < i64::from(self.free_until[user]);
        if was_free
            && event.participants.is_some_and(|people| people > 1)
            && start >= self.shorts_from
        {
            // Thirty-one bits of person, twenty-seven of seconds (four years), six of minutes.
            let after = u64::try_from(start - self.shorts_from).unwrap_or(0) & 0x7FF_FFFF;
            let minutes = u64::try_from(event.minutes.clamp(0, 63)).unwrap_or(0);
            self.shorts
                .push(u64::from(person.0) << 33 | after << 6 | minutes);
        }
        needs
    }

    /// The meetings that were cut off and started again while the host had no licence.
    fn cut_offs(&mut self, rows: &[u32]) -> Vec<CutOff> {
        let mut shorts = std::mem::take(&mut self.shorts);
        shorts.sort_unstable();
        let minutes = |short: Short| u32::try_from(short & 63).unwrap_or(0);
        let start =
            |short: Short| self.shorts_from + i64::try_from(short >> 6 & 0x7FF_FFFF).unwrap_or(0);
        let mut cut_offs: Vec<CutOff> = shorts
            .windows(2)
            .filter(|pair| {
                let end = start(pair[0]) + i64::from(minutes(pair[0])) * 60;
                let next = start(pair[1]);
                pair[0] >> 33 == pair[1] >> 33
                    && CUT_OFF_MINUTES.contains(&minutes(pair[0]))
                    && (end - AT_ONCE.1..=end + AT_ONCE.0).contains(&next)
            })
            .filter_map(|pair| {
                let row = rows.get(usize::try_from(pair[0] >> 33).ok()?)?;
                let minutes = u8::try_from(minutes(pair[0])).unwrap_or(0);
                Some(CutOff::new(
                    *row,
                    u32::try_from(start(pair[0])).ok()?,
                    minutes,
                ))
            })
            .collect();
        cut_offs.sort_unstable();
        cut_offs.shrink_to_fit();
        cut_offs
    }

    pub(super) fn build(
        mut self,
        rows: &[u32],
        order: &[u32],
        positions: &FxHashMap<Box<str>, u32>,
        external_ids: &[(u32, Option<Box<str>>)],
        emails: &Arena,
    ) -> Details {
        let row = |key: &str| positions.get(key).map(|position| rows[*position as usize]);
        let cut_offs = self.cut_offs(rows);
        let licences_since = std::mem::take(&mut self.licences_since);
        let (licences, licences_since) = licences_since_of(licences_since, row);
        let upcoming = std::mem::take(&mut self.upcoming);
        let scheduled = scheduled(upcoming, rows, positions, external_ids);
        let employees = self.employees.take();
        let employees = employees.map(|data| data.of_users(order, emails));

        let mut delegations: Vec<(u32, u32)> = std::mem::take(&mut self.delegations)
            .into_iter()
            .filter_map(|(key, count)| Some((row(&key)?, count)))
            .collect();
        delegations.sort_unstable();
        let mut gatherings = std::mem::take(&mut self.gatherings);
        for gathering in &mut gatherings {
            gathering.row = rows[gathering.row as usize];
        }
        gatherings.sort_unstable();
        gatherings.shrink_to_fit();
        let created: Vec<bool> = order.iter().map(|p| self.created[*p as usize]).collect();
        Details {
            limits: self.limits,
            since: order.iter().map(|p| self.since[*p as usize]).collect(),
            created: Bits::from_items(&created, |known| known),
            licences,
            licences_since,
            scheduled,
            scheduled_until: self.upcoming_until,
            employees,
            delegations,
            purchased: self.purchased,
            gatherings,
            cut_offs,
        }
    }
}

/// The licences, and the day since which each user has had them, ordered by row.
fn licences_since_of(
    entries: Vec<(String, Licence, Day, bool)>,
    row: impl Fn(&str) -> Option<u32>,
) -> (Vec<Licence>, Vec<LicenceSince>) {
    let mut licences: Vec<Licence> = Vec::new();
    let mut since_of: Vec<LicenceSince> = entries
        .into_iter()
        .filter_map(|(key, licence, since, exact)| {
            let row = row(&key)?;
            let at = licences.iter().position(|known| *known == licence);
            let at = at.unwrap_or_else(|| {
                licences.push(licence);
                licences.len() - 1
            });
            Some(LicenceSince {
                row,
                licence: u16::try_from(at).ok()?,
                exact,
                since,
            })
        })
        .collect();
    since_of.sort_unstable_by_key(|since| (since.row, since.licence, since.since));
    since_of.shrink_to_fit();
    (licences, since_of)
}

/// The scheduled events of users, ordered by row. Hosts are given by external id.
fn scheduled(
    upcoming: Vec<(String, u32, bool)>,
    rows: &[u32],
    positions: &FxHashMap<Box<str>, u32>,
    external_ids: &[(u32, Option<Box<str>>)],
) -> Vec<Scheduled> {
    // The key of nearly all users is the external id; the others are listed by position.
    let mut others: FxHashMap<&str, u32> = FxHashMap::default();
    for (position, id) in external_ids {
        if let Some(id) = id {
            others.insert(id, *position);
        }
    }
    let listed: FxHashSet<u32> = external_ids.iter().map(|(position, _)| *position).collect();
    let mut scheduled: Vec<Scheduled> = upcoming
        .into_iter()
        .filter_map(|(host, start, webinar)| {
            let position = others.get(host.as_str()).copied().or_else(|| {
                let position = positions.get(host.as_str()).copied()?;
                (!listed.contains(&position)).then_some(position)
            })?;
            Some(Scheduled {
                row: rows[position as usize],
                start,
                webinar,
            })
        })
        .collect();
    scheduled.sort_unstable();
    scheduled.shrink_to_fit();
    scheduled
}
