//! Records of a connector as writes of the store.

use connector::{Records, Window};
use model::Timestamp;
use model::streams::NOT_KNOWN;
use model::time::DAY_MS;
use store::SyncWrite;

/// The writes that store these records. `window` is the range of days to which the answer applies; `None`
/// when it applies to none of those that were asked for. Users are not among them: see [`super::users`].
pub(super) fn writes_of(records: Records, window: Option<Window>) -> Vec<SyncWrite> {
    match records {
        Records::Users(_) => Vec::new(),
        Records::Groups(rows) => vec![SyncWrite::Groups(rows)],
        Records::Sections { known, unknown } => {
            let mut writes: Vec<SyncWrite> = known
                .into_iter()
                .map(|section| SyncWrite::AccountSettings {
                    section: section.name.to_owned(),
                    json: section.json,
                })
                .collect();
            if let Some(unknown) = unknown {
                writes.push(SyncWrite::AccountSettings {
                    section: NOT_KNOWN.to_owned(),
                    // Texts always serialise.
                    json: serde_json::to_string(&unknown).unwrap_or_else(|_| "{}".to_owned()),
                });
            }
            writes
        }
        Records::SignIns(rows) => vec![SyncWrite::SignIns(rows)],
        Records::Events(rows) => vec![SyncWrite::Events(rows)],
        Records::AdminChanges {
            rows,
            users_changed,
            addresses_changed,
        } => vec![
            SyncWrite::AdminChanges(rows),
            SyncWrite::DetailsDue(users_changed),
            SyncWrite::AddressChanges(addresses_changed),
        ],
        Records::HostReports(hosts) => window
            .map(|window| SyncWrite::HostReports {
                from: window.from,
                to: window.to,
                hosts,
            })
            .into_iter()
            .collect(),
        Records::DailyUsage(days) => vec![SyncWrite::DailyUsage(days)],
        Records::Upcoming(events) => window
            .map(|window| SyncWrite::Upcoming {
                from: window.from,
                to: window.to,
                events,
            })
            .into_iter()
            .collect(),
    }
}

/// The longest event that counts as one of the day on which it ends.
const LONGEST_EVENT_MS: i64 = 2 * DAY_MS;

/// Whether rows of a log can belong to this window: one of them lies in it or on a day beside it, because
/// days of the application may begin at another hour. An event may also have begun earlier and have ended there.
/// An answer without rows belongs to every window.
///
/// Rows of other days only are the answer to another request. Without this look the days of the window would
/// count as days without rows.
pub(super) fn belong_to(window: Window, records: &Records) -> bool {
    let near = |at: Timestamp| (window.from.plus(-1)..=window.to.plus(1)).contains(&at.day());
    records.is_empty()
        || match records {
            Records::SignIns(rows) => rows.iter().any(|row| near(row.at)),
            Records::Events(rows) => rows.iter().any(|row| {
                let length = row.end.0.saturating_sub(row.start.0);
                near(row.start) || near(row.end) && length <= LONGEST_EVENT_MS
            }),
            Records::AdminChanges { rows, .. } => rows.iter().any(|row| near(row.at)),
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use model::{Day, EventKind, HostedEvent};

    use super::*;

    #[test]
    fn r41_an_event_over_several_days_belongs_to_those_on_which_it_ends_too() {
        let window = Window {
            from: Day(20_000),
            to: Day(20_002),
        };
        let event = |first: i32, last: i32| {
            let start = Day(first).start();
            let end = Day(last).start();
            Records::Events(vec![HostedEvent {
                id: "a".to_owned(),
                kind: EventKind::Meeting,
                host: "h@x.test".to_owned(),
                start,
                end,
                minutes: 1,
                participants: None,
                peak_viewers: None,
                features: 0,
            }])
        };
        assert!(belong_to(window, &event(20_001, 20_001)));
        // It began on the day before the day before the window.
        assert!(belong_to(window, &event(19_998, 20_000)));
        assert!(!belong_to(window, &event(19_990, 19_991)));
        // An end in the window does not make up for a start long before it.
        assert!(!belong_to(window, &event(19_000, 20_000)));
        assert!(belong_to(window, &Records::Events(Vec::new())));
    }
}
