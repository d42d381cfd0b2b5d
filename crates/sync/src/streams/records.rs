//! Records of a connector as writes of the store.

use connector::{Records, Window};
use model::Timestamp;
use model::streams::NOT_KNOWN;
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

/// Whether rows of a log can belong to this window: one of them lies in it or on a day beside it, because
/// days of the application may begin at another hour. An answer without rows belongs to every window.
///
/// Rows of other days only are the answer to another request. Without this look the days of the window would
/// count as days without rows.
pub(super) fn belong_to(window: Window, records: &Records) -> bool {
    let near = |at: Timestamp| (window.from.plus(-1)..=window.to.plus(1)).contains(&at.day());
    records.is_empty()
        || match records {
            Records::SignIns(rows) => rows.iter().any(|row| near(row.at)),
            Records::Events(rows) => rows.iter().any(|row| near(row.start)),
            Records::AdminChanges { rows, .. } => rows.iter().any(|row| near(row.at)),
            _ => true,
        }
}
