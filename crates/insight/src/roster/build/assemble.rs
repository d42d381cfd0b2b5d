//! The last step of building a roster: rows get the order of their keys, and the collected data become
//! columns, arenas and packed days. Each collection is dropped as soon as its column is made, to keep the
//! peak of memory low.

use model::{Day, FieldValue};

use super::RosterBuilder;
use crate::bits::Bits;
use crate::fold::fold_into;
use crate::roster::addresses::Person;
use crate::roster::arena::Arena;
use crate::roster::column::{Column, ColumnBuilder};
use crate::roster::days::{Hosting, Packed, SignInDay};
use crate::roster::order::Order;
use crate::roster::runs::Runs;
use crate::roster::totals::Totals;
use crate::roster::value::compare_values;
use crate::roster::{Roster, name_and_email};

impl RosterBuilder {
    #[must_use]
    pub fn build(mut self) -> Roster {
        self.prepare();
        let positions = std::mem::take(&mut self.positions);
        let (order, rows) = order_and_rows(&self.keys, self.first_seen.len());

        let reference = self.newest;
        let nameless = self.addresses.nameless();
        let days = days_by_row(
            std::mem::replace(&mut self.sign_in_runs, Runs::new()),
            std::mem::replace(&mut self.hosted_runs, Runs::new()),
            &rows,
            reference,
            (self.origin, nameless),
        );
        let unread = self.unread_by_row(&rows, &positions, &days.hostings);
        drop(self.addresses);

        let keys = self.keys.ordered(&order);
        let details =
            self.details
                .build(&rows, &order, &positions, &self.external_ids, &self.emails);
        drop(positions);
        drop(self.keys);
        let external_ids = ids_by_row(self.external_ids, &rows);

        let names = self.names.ordered(&order);
        drop(self.names);
        let (text, odd_emails) = folded_texts(&names, &self.emails, &order);
        drop(self.emails);

        let columns: Vec<Column<FieldValue>> = self
            .columns
            .into_iter()
            .zip(self.app.fields)
            .map(|(column, field)| column.build(&order, |a, b| compare_values(field.kind, a, b)))
            .collect();
        let reordered = |values: &[u32]| -> Vec<u32> {
            let positions = order.iter();
            positions
                .map(|position| values[*position as usize])
                .collect()
        };
        let windows = self.windows.map(|values| window_column(values, &order));

        let (memberships, membership_starts) =
            memberships_by_row(&self.memberships, &self.membership_ends, &order);

        let count = u32::try_from(order.len()).unwrap_or(u32::MAX);
        let split = |row: u32| name_and_email(text.get(row as usize));
        let by_name = Order::by(count, |row| split(row).0);
        let by_email = Order::by(count, |row| split(row).1);
        Roster {
            app: self.app,
            as_of: self.as_of,
            origin: self.origin,
            reference,
            sign_ins_known: self.sign_ins_known,
            hosted_known: self.hosted_known,
            users_complete_at: self.users_complete_at,
            removed: self.removed,
            rows: order.len(),
            keys,
            external_ids,
            names,
            text,
            odd_emails,
            by_name,
            by_email,
            columns,
            listed: reordered(&self.listed),
            logged: reordered(&self.logged),
            hosted: reordered(&self.hosted),
            windows,
            pending: Bits::from_items(&order, |position| self.pending[position as usize]),
            groups: self.groups,
            memberships,
            membership_starts,
            sign_ins: days.sign_ins,
            hostings: days.hostings,
            gone: days.gone,
            totals: days.totals,
            details,
            unread,
        }
    }
}

/// The positions of users in the order of their keys, and the row of each position.
fn order_and_rows(keys: &Arena, users: usize) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..).take(users).collect();
    order.sort_unstable_by(|a, b| keys.get(*a as usize).cmp(keys.get(*b as usize)));
    let mut rows = vec![0_u32; order.len()];
    for (row, position) in (0..).zip(&order) {
        rows[*position as usize] = row;
    }
    (order, rows)
}

/// External ids by row instead of by position.
fn ids_by_row(mut ids: Vec<(u32, Option<Box<str>>)>, rows: &[u32]) -> Vec<(u32, Option<Box<str>>)> {
    for (position, _) in &mut ids {
        *position = rows[*position as usize];
    }
    ids.sort_unstable_by_key(|(row, _)| *row);
    ids
}

fn window_column(values: Vec<u32>, order: &[u32]) -> Column<u32> {
    let mut column = ColumnBuilder::new();
    for value in values {
        column.push(Some(value));
    }
    column.build(order, u32::cmp)
}

/// The packed days of all people.
struct Days {
    sign_ins: Arena,
    hostings: Arena,
    /// Days with needs of former users.
    gone: Arena,
    totals: Totals,
}

/// Packs the days of all users by row, and adds up the totals of the account.
fn days_by_row(
    sign_in_runs: Runs<SignInDay>,
    hosted_runs: Runs<Hosting>,
    rows: &[u32],
    reference: u16,
    (origin, nameless): (Day, Option<Person>),
) -> Days {
    let mut totals = Totals::new(origin);
    let rank = |person: Person| person.user().map_or(u32::MAX, |user| rows[user]);
    let sign_ins = packed(sign_in_runs, rows.len(), reference, rank, |person, days| {
        if Some(person) != nameless {
            totals.add_sign_ins(days);
        }
    });
    // Former users still count in the need of the account at a time.
    let (mut gone, mut needing) = (Arena::with_rows(0), Vec::new());
    let hostings = packed(hosted_runs, rows.len(), reference, rank, |person, days| {
        totals.add_hostings(days, Some(person) != nameless);
        if person.user().is_none() && Some(person) != nameless {
            needing.clear();
            needing.extend(days.iter().filter(|day| !day.needs.is_empty()));
            if !needing.is_empty() {
                Hosting::pack(&needing, reference, &mut gone.bytes);
                gone.end();
            }
        }
    });
    gone.shrink();
    Days {
        sign_ins,
        hostings,
        gone,
        totals: totals.finish(),
    }
}

/// The folded name and address of each row, and the addresses that are not their own folded form.
fn folded_texts(names: &Arena, emails: &Arena, order: &[u32]) -> (Arena, (Vec<u32>, Arena)) {
    let mut text = Arena::with_rows(order.len());
    let mut odd_emails = (Vec::new(), Arena::with_rows(0));
    let mut folded = String::new();
    for (row, position) in (0_u32..).zip(order) {
        folded.clear();
        fold_into(names.text(row as usize), &mut folded);
        folded.push('\n');
        let email = emails.text(*position as usize);
        let start = folded.len();
        fold_into(email, &mut folded);
        if folded[start..] != *email {
            odd_emails.0.push(row);
            odd_emails.1.push(email.as_bytes());
        }
        folded.push('\n');
        text.push(folded.as_bytes());
    }
    text.shrink();
    (text, odd_emails)
}

/// The groups of each row one after the other, and where those of each row begin.
fn memberships_by_row(all: &[u32], ends: &[u32], order: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut memberships = Vec::with_capacity(all.len());
    let mut starts = Vec::with_capacity(order.len() + 1);
    starts.push(0);
    for position in order {
        let position = *position as usize;
        let start = position.checked_sub(1).map_or(0, |before| ends[before]);
        let end = ends[position];
        memberships.extend_from_slice(&all[start as usize..end as usize]);
        starts.push(u32::try_from(memberships.len()).unwrap_or(u32::MAX));
    }
    (memberships, starts)
}

/// Packs the days of all users by row. The closure also gets the days of other people.
fn packed<T: Packed>(
    runs: Runs<T>,
    rows: usize,
    reference: u16,
    rank: impl Fn(Person) -> u32,
    mut seen: impl FnMut(Person, &[T]),
) -> Arena {
    let mut arena = Arena::with_rows(rows);
    let mut done = 0;
    runs.visit(&rank, |person, days| {
        seen(person, days);
        if person.user().is_some() {
            while done < rank(person) {
                arena.end();
                done += 1;
            }
            T::pack(days, reference, &mut arena.bytes);
            arena.end();
            done += 1;
        }
    });
    while (done as usize) < rows {
        arena.end();
        done += 1;
    }
    arena.shrink();
    arena
}
