//! The roster itself: columns of codes, arenas of text, packed days. Rows are users in the order of their
//! keys, so that the row number decides between equal rows, and a key is found by bisection. `build` makes a
//! roster, `view` reads single rows.

mod addresses;
pub(crate) mod arena;
mod build;
pub(crate) mod column;
pub(crate) mod days;
pub(crate) mod details;
mod history;
pub(crate) mod order;
mod runs;
pub(crate) mod seconds;
pub(crate) mod totals;
pub(crate) mod unread;
mod value;
pub(crate) mod version;
pub(crate) mod view;

use model::{Application, Coverage, Day, FieldValue, Group, HostedWindow, Timestamp};

use crate::activity::{Facts, Threshold};
use crate::bits::Bits;
use arena::Arena;
pub use build::RosterBuilder;
use column::Column;
use details::Details;
pub use details::{Departure, DirectoryPerson, Gathering, Gone, ImportedPerson, Purchased};
use order::Order;
use seconds::moment;
use totals::Totals;
use unread::UnreadByRow;
pub use unread::{Contradiction, UnreadRecords, UnreadSource};
pub(crate) use value::compare_values;
pub use view::{ActivityView, HostedDay, Metadata, UserDetail, UserView};

/// All users of one integration at one revision, with their activity.
#[derive(Debug)]
pub struct Roster {
    app: &'static Application,
    as_of: Timestamp,
    /// The day of offset 0.
    origin: Day,
    /// The offset from which packed days count back.
    reference: u16,
    pub(crate) sign_ins_known: Coverage,
    pub(crate) hosted_known: Coverage,
    users_complete_at: Option<Timestamp>,
    removed: usize,
    pub(crate) rows: usize,
    pub(crate) keys: Arena,
    /// External ids of the rows where it is not the key, by row.
    external_ids: Vec<(u32, Option<Box<str>>)>,
    names: Arena,
    /// Folded name and folded e-mail address, each ended by a line feed.
    pub(crate) text: Arena,
    /// Rows whose address is not its own folded form, and their addresses.
    odd_emails: (Vec<u32>, Arena),
    pub(crate) by_name: Order,
    pub(crate) by_email: Order,
    pub(crate) columns: Vec<Column<FieldValue>>,
    /// Seconds since 1970 of the last sign-in as listed; zero for none. So are the next two.
    pub(crate) listed: Vec<u32>,
    /// The last sign-in in the log.
    pub(crate) logged: Vec<u32>,
    pub(crate) hosted: Vec<u32>,
    /// The sums over hosted events, by position in [`HostedWindow::ALL`].
    pub(crate) windows: [Column<u32>; HostedWindow::ALL.len()],
    pub(crate) pending: Bits,
    pub(crate) groups: Vec<Group>,
    pub(crate) memberships: Vec<u32>,
    pub(crate) membership_starts: Vec<u32>,
    sign_ins: Arena,
    hostings: Arena,
    /// Days with needs of former users, one entry for each person.
    gone: Arena,
    pub(crate) totals: Totals,
    pub(crate) details: Details,
    pub(crate) unread: UnreadByRow,
}

/// The two lines of a row's folded text.
pub(crate) fn name_and_email(text: &[u8]) -> (&[u8], &[u8]) {
    let name = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let email = text.get(name + 1..).unwrap_or_default();
    (&text[..name], email.strip_suffix(b"\n").unwrap_or(email))
}

impl Roster {
    /// The application whose users these are.
    #[must_use]
    pub fn app(&self) -> &'static Application {
        self.app
    }

    /// The time of the snapshot, at which windows of days end.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// How many users there are, removed ones not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no users.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many removed users were left out.
    #[must_use]
    pub fn removed(&self) -> usize {
        self.removed
    }

    /// The groups, in no particular order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The threshold that decides which users were active within so many days.
    #[must_use]
    pub fn threshold(&self, inactive_days: u16) -> Threshold {
        Threshold::new(
            self.as_of,
            inactive_days,
            &self.sign_ins_known,
            &self.hosted_known,
            self.users_complete_at,
        )
    }

    /// The known facts about a row's activity.
    pub(crate) fn facts(&self, row: usize) -> Facts {
        Facts {
            listed: moment(self.listed[row]),
            logged: moment(self.logged[row]),
            hosted: moment(self.hosted[row]),
            pending: self.pending.contains(row),
            unread_until: self.unread.hides_until(row),
        }
    }

    /// The groups of a row, by position.
    pub(crate) fn groups_of(&self, row: usize) -> &[u32] {
        let start = self.membership_starts[row] as usize;
        let end = self.membership_starts[row + 1] as usize;
        &self.memberships[start..end]
    }

    /// The row of the user with this key, or else the row where it would be.
    pub(crate) fn find(&self, key: &str) -> Result<usize, usize> {
        let (mut first, mut end) = (0, self.rows);
        while first < end {
            let middle = first.midpoint(end);
            match self.keys.get(middle).cmp(key.as_bytes()) {
                std::cmp::Ordering::Less => first = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => end = middle,
            }
        }
        Err(first)
    }

    /// Bytes that the roster holds on the heap.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let arenas = [
            &self.keys,
            &self.names,
            &self.text,
            &self.odd_emails.1,
            &self.sign_ins,
            &self.hostings,
            &self.gone,
        ];
        let numbers = [&self.listed, &self.logged, &self.hosted];
        let others = [
            &self.memberships,
            &self.membership_starts,
            &self.odd_emails.0,
        ];
        arenas.iter().map(|arena| arena.heap_bytes()).sum::<usize>()
            + self.by_name.bytes()
            + self.by_email.bytes()
            + self.columns.iter().map(Column::bytes).sum::<usize>()
            + self.windows.iter().map(Column::bytes).sum::<usize>()
            + numbers
                .iter()
                .chain(&others)
                .map(|v| v.capacity() * 4)
                .sum::<usize>()
            + self
                .external_ids
                .iter()
                .map(|(_, id)| 24 + id.as_ref().map_or(0, |id| id.len()))
                .sum::<usize>()
            + self.pending.bytes()
            + self.groups.len() * 120
            + self.totals.bytes()
            + self.details.bytes()
    }
}
