//! Builds a roster from users, their addresses and their activity. Activity is assigned to the user that had
//! the address at that time, and packed. `assemble` is the last step.

mod assemble;
mod details;
mod employees;
mod more;
mod unread;

use model::time::DAY_MS;
use model::{
    Application, Coverage, Day, FieldValue, Group, HostedSummary, HostedWindow, SignInMonth,
    Timestamp, User,
};
use rustc_hash::FxHashMap;

use super::addresses::AddressHolders;
use super::arena::Arena;
use super::column::ColumnBuilder;
use super::days::{Hosting, SignInDay, people};
use super::runs::Runs;
use super::seconds::seconds;
use super::unread::{ReportedHost, UnreadRecords};
use crate::activity::window_start;
use details::DetailsBuilder;

/// The metadata field with the status of a user, and its value for an open invitation.
const STATUS: (&str, &str) = ("user_status", "pending");

/// The number of days before the roster's own day that offsets can represent.
const DAYS_BEFORE: u16 = 60_000;

/// Collects the parts of a [`Roster`](super::Roster). Groups, users and addresses come first, then activity.
/// One person at a time needs the least memory, but any order gives the same result.
#[derive(Debug)]
pub struct RosterBuilder {
    app: &'static Application,
    as_of: Timestamp,
    origin: Day,
    /// Offset of the newest active day, at least that of today.
    newest: u16,
    sign_ins_known: Coverage,
    hosted_known: Coverage,
    users_complete_at: Option<Timestamp>,
    removed: usize,
    positions: FxHashMap<Box<str>, u32>,
    keys: Arena,
    external_ids: Vec<(u32, Option<Box<str>>)>,
    names: Arena,
    emails: Arena,
    first_seen: Vec<Timestamp>,
    has_address: Vec<bool>,
    columns: Vec<ColumnBuilder<FieldValue>>,
    listed: Vec<u32>,
    logged: Vec<u32>,
    hosted: Vec<u32>,
    windows: [Vec<u32>; HostedWindow::ALL.len()],
    window_starts: [Timestamp; HostedWindow::ALL.len()],
    group_positions: FxHashMap<String, u32>,
    groups: Vec<Group>,
    memberships: Vec<u32>,
    membership_ends: Vec<u32>,
    pending: Vec<bool>,
    addresses: AddressHolders,
    unresolved: Vec<(String, String, Timestamp, Option<Timestamp>)>,
    ready: bool,
    sign_in_runs: Runs<SignInDay>,
    hosted_runs: Runs<Hosting>,
    details: DetailsBuilder,
    unread: Vec<UnreadRecords>,
    reports: Vec<ReportedHost>,
}

impl RosterBuilder {
    /// A roster for a time, which is usually now: windows such as "30 days" end there. The coverages are
    /// those of the sign-in log and of hosted meetings and webinars. `users_complete_at` is the time at which
    /// the list of users was last read to the end.
    #[must_use]
    pub fn new(
        app: &'static Application,
        as_of: Timestamp,
        sign_in_coverage: Coverage,
        hosted_coverage: Coverage,
        users_complete_at: Option<Timestamp>,
    ) -> Self {
        Self {
            app,
            as_of,
            origin: as_of.day().plus(-i32::from(DAYS_BEFORE)),
            newest: DAYS_BEFORE,
            sign_ins_known: sign_in_coverage,
            hosted_known: hosted_coverage,
            users_complete_at,
            removed: 0,
            positions: FxHashMap::default(),
            keys: Arena::with_rows(0),
            external_ids: Vec::new(),
            names: Arena::with_rows(0),
            emails: Arena::with_rows(0),
            first_seen: Vec::new(),
            has_address: Vec::new(),
            columns: app.fields.iter().map(|_| ColumnBuilder::new()).collect(),
            listed: Vec::new(),
            logged: Vec::new(),
            hosted: Vec::new(),
            windows: Default::default(),
            window_starts: HostedWindow::ALL.map(|window| window_start(as_of, window.days())),
            group_positions: FxHashMap::default(),
            groups: Vec::new(),
            memberships: Vec::new(),
            membership_ends: Vec::new(),
            pending: Vec::new(),
            addresses: AddressHolders::default(),
            unresolved: Vec::new(),
            ready: false,
            sign_in_runs: Runs::new(),
            hosted_runs: Runs::new(),
            details: DetailsBuilder::new(app, as_of),
            unread: Vec::new(),
            reports: Vec::new(),
        }
    }

    /// Adds a group, so that its name is shown for its members.
    pub fn group(&mut self, group: Group) -> &mut Self {
        let position = self.group_position(&group.id);
        self.groups[position as usize] = group;
        self
    }

    fn group_position(&mut self, id: &str) -> u32 {
        if let Some(position) = self.group_positions.get(id) {
            return *position;
        }
        let position = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        self.group_positions.insert(id.to_owned(), position);
        self.groups.push(Group {
            id: id.to_owned(),
            name: id.to_owned(),
            total_members: None,
        });
        position
    }

    /// Adds a user. Removed users are only counted, and a key that was added before is ignored.
    pub fn user(&mut self, mut user: User) -> &mut Self {
        if user.removed_at.is_some() {
            self.removed += 1;
            return self;
        }
        if self.positions.contains_key(user.key.as_str()) {
            return self;
        }
        // The cast can't lose: a roster of 2^31 users would need hundreds of gigabytes.
        let position = u32::try_from(self.first_seen.len()).unwrap_or(u32::MAX);
        self.positions.insert(user.key.as_str().into(), position);
        self.keys.push(user.key.as_bytes());
        self.details.user(&user);
        if user.external_id.as_deref() != Some(user.key.as_str()) {
            let external_id = user.external_id.map(String::into_boxed_str);
            self.external_ids.push((position, external_id));
        }
        self.names.push(user.display_name.as_bytes());
        self.emails.push(user.email.as_bytes());
        self.first_seen.push(user.first_seen);
        self.has_address.push(false);
        for (field, column) in self.app.fields.iter().zip(&mut self.columns) {
            let value = user
                .fields
                .remove(field.key)
                .or_else(|| user.details.remove(field.key));
            if field.key == STATUS.0 {
                self.pending
                    .push(matches!(&value, Some(FieldValue::Text(text)) if text == STATUS.1));
            }
            column.push(value);
        }
        self.pending.resize(self.first_seen.len(), false);
        self.listed.push(user.listed_sign_in.map_or(0, seconds));
        self.logged.push(0);
        self.hosted.push(0);
        for window in &mut self.windows {
            window.push(0);
        }
        let mut groups: Vec<u32> = user
            .groups
            .iter()
            .map(|id| self.group_position(id))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        self.memberships.extend(groups);
        self.membership_ends
            .push(u32::try_from(self.memberships.len()).unwrap_or(u32::MAX));
        self.ready = false;
        self
    }

    /// Adds an address that a user had from `since` until before `until`, or still has. Addresses of removed
    /// users matter too, because otherwise their activity would be assigned to the next user with the
    /// address. A user without added addresses has the current one.
    pub fn email(
        &mut self,
        user_key: &str,
        email: &str,
        since: Timestamp,
        until: Option<Timestamp>,
    ) -> &mut Self {
        if let Some(position) = self.positions.get(user_key) {
            self.has_address[*position as usize] = true;
            self.addresses.hold(email, Some(*position), since, until);
        } else {
            let alias = (user_key.to_owned(), email.to_owned(), since, until);
            self.unresolved.push(alias);
        }
        self.ready = false;
        self
    }

    /// Sorts the holders of addresses, before activity is assigned to people.
    fn prepare(&mut self) {
        if self.ready {
            return;
        }
        for (key, email, since, until) in std::mem::take(&mut self.unresolved) {
            let position = self.positions.get(key.as_str()).copied();
            if let Some(position) = position {
                self.has_address[position as usize] = true;
            }
            self.addresses.hold(&email, position, since, until);
        }
        for (position, has_address) in (0_u32..).zip(&mut self.has_address) {
            let email = self.emails.text(position as usize);
            if !*has_address && !email.is_empty() {
                let since = self.first_seen[position as usize];
                self.addresses.hold(email, Some(position), since, None);
                *has_address = true;
            }
        }
        self.addresses.settle();
        self.details.settle_limits();
        self.details.settle_given(&self.positions);
        self.ready = true;
    }

    /// The offset of a day; `None` for days too far in the past or future.
    fn offset(&self, day: Day) -> Option<u16> {
        u16::try_from(day.since(self.origin)).ok()
    }

    /// Adds the days of a month on which a person signed in.
    pub fn sign_in_month(&mut self, month: &SignInMonth) -> &mut Self {
        self.prepare();
        let address = self.addresses.known_address(&month.email);
        let last_day = month.last.day();
        let sole = self.addresses.sole_holder(address, month.last);
        let last_holder = sole.unwrap_or_else(|| self.addresses.holder(address, month.last));
        if let Some(user) = last_holder.user() {
            self.logged[user] = self.logged[user].max(seconds(month.last));
        }
        if let Some(offset) = self.offset(last_day) {
            self.newest = self.newest.max(offset);
            self.sign_in_runs.add(last_holder, SignInDay(offset));
        }
        for n in (0..31).filter(|n| month.days >> n & 1 == 1) {
            let day = month.month.plus(n);
            let (Some(offset), false) = (self.offset(day), day == last_day) else {
                continue;
            };
            let person = sole.unwrap_or_else(|| {
                let at_start = self.addresses.holder(address, day.start());
                match at_start.user() {
                    Some(_) => at_start,
                    None => self
                        .addresses
                        .holder(address, day.start().plus_ms(DAY_MS - 1)),
                }
            });
            if let Some(user) = person.user() {
                self.logged[user] = self.logged[user].max(seconds(day.start()));
            }
            self.newest = self.newest.max(offset);
            self.sign_in_runs.add(person, SignInDay(offset));
        }
        self
    }

    /// Adds a meeting or webinar of the host with this address. Without an address it counts in totals only.
    pub fn hosted(&mut self, email: &str, summary: HostedSummary) -> &mut Self {
        self.prepare();
        let Some(day) = self.offset(summary.start.day()) else {
            return self;
        };
        self.newest = self.newest.max(day);
        let address = self.addresses.known_address(email);
        let person = self.addresses.holder(address, summary.start);
        let minutes = u32::try_from(summary.minutes).unwrap_or(0);
        let needs = self.details.hosted(person, &summary);
        if let Some(user) = person.user() {
            self.hosted[user] = self.hosted[user].max(seconds(summary.start));
            let starts = HostedWindow::ALL.into_iter().zip(self.window_starts);
            for ((window, start), sums) in starts.zip(&mut self.windows) {
                if summary.start >= start {
                    sums[user] = sums[user].saturating_add(window.of_event(&summary));
                }
            }
        }
        let hosting = Hosting {
            day,
            meetings: u32::from(!summary.webinar),
            webinars: u32::from(summary.webinar),
            minutes,
            longest: minutes,
            participants: people(&summary),
            needs,
        };
        self.hosted_runs.add(person, hosting);
        self
    }
}
