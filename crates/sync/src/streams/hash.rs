//! Hashes that recognise keys and pages within one run. They are never stored.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};

use connector::Records;

pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

/// A hash that equal pages share, by which a listing that repeats itself is noticed. `None` for a page
/// without records, because several pages may be empty.
pub(super) fn fingerprint(records: &Records) -> Option<u64> {
    fn of<T, K: Hash>(rows: &[T], key: impl Fn(&T) -> K) -> Option<u64> {
        let keys: Vec<K> = rows.iter().map(key).collect();
        (!keys.is_empty()).then(|| hash(&keys))
    }
    match records {
        Records::Users(rows) => of(rows, |listed| hash(&listed.user.key)),
        Records::Groups(rows) => of(rows, |group| hash(&group.id)),
        Records::Sections { .. } => None,
        Records::SignIns(rows) => of(rows, hash),
        Records::Events(rows) => of(rows, |event| hash(&event.id)),
        Records::AdminChanges { rows, .. } => of(rows, hash),
        Records::HostReports(rows) => of(rows, |host| hash(&host.email)),
        Records::DailyUsage(rows) => of(rows, |(day, _)| *day),
        Records::Upcoming(rows) => of(rows, |event| (hash(&event.id), event.start)),
    }
}
