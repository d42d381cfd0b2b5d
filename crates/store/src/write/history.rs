//! Writing what users did.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    AdminChange, DailyUsage, Day, EventKind, HostReport, HostedEvent, SignIn, SignInKind, Timestamp,
};
use sha2::{Digest as _, Sha256};

use super::dictionary::codes;
use super::users::first_8;
use super::{Batch, History};
use crate::Result;
use crate::db::{Arg, Bulk, args};

/// Rows handled together: what is looked up for them stays small.
const CHUNK: usize = 500;

const KNOWN_SIGN_INS: Bulk = Bulk {
    head: "WITH v (i, n, day, email, ms, kind, client, version, network, ordinal) AS (",
    columns: 10,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT), ',') FROM v CROSS JOIN sign_ins s
            WHERE s.integration_id = v.i AND s.day = v.day AND s.email = v.email AND s.ms = v.ms
              AND s.kind = v.kind AND s.client = v.client AND s.version = v.version
              AND s.network = v.network AND s.ordinal = v.ordinal",
};
const SIGN_INS: Bulk = Bulk {
    head: "INSERT INTO sign_ins
             (integration_id, day, email, ms, kind, client, version, network, ordinal)",
    columns: 9,
    tail: "",
};
const OLD_MONTHS: Bulk = Bulk {
    head: "WITH v (i, n, e, m) AS (",
    columns: 4,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT) || ':' || CAST(s.days AS TEXT), ',')
            FROM v CROSS JOIN sign_in_months s
            WHERE s.integration_id = v.i AND s.email = v.e AND s.month = v.m",
};
const MONTHS: Bulk = Bulk {
    head: "INSERT INTO sign_in_months (integration_id, email, month, days, last_at)",
    columns: 5,
    tail: " ON CONFLICT (integration_id, email, month) DO UPDATE SET
             days = sign_in_months.days | excluded.days,
             last_at = CASE WHEN excluded.last_at > sign_in_months.last_at
               THEN excluded.last_at ELSE sign_in_months.last_at END
            WHERE (sign_in_months.days | excluded.days) <> sign_in_months.days
              OR excluded.last_at > sign_in_months.last_at",
};
const SIGN_IN_DAYS: Bulk = Bulk {
    head: "INSERT INTO sign_in_days (integration_id, day, sign_ins, people)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, day) DO UPDATE SET
             sign_ins = sign_in_days.sign_ins + excluded.sign_ins,
             people = sign_in_days.people + excluded.people",
};
const SAME_EVENTS: Bulk = Bulk {
    head: "WITH v (i, n, t, id, kind, host, len, minutes, people, peak, features) AS (",
    columns: 11,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT), ',') FROM v CROSS JOIN events x
            WHERE x.integration_id = v.i AND x.start_at = v.t AND x.event_id = v.id
              AND x.kind = v.kind AND x.host = v.host AND x.length_ms = v.len
              AND x.minutes = v.minutes AND x.participants = v.people
              AND x.peak_viewers IS NOT DISTINCT FROM v.peak AND x.features = v.features",
};
const EVENTS: Bulk = Bulk {
    head: "INSERT INTO events (integration_id, start_at, event_id, kind, host, length_ms, minutes,
             participants, peak_viewers, features)",
    columns: 10,
    tail: " ON CONFLICT (integration_id, start_at, event_id) DO UPDATE SET
             kind = excluded.kind, host = excluded.host, length_ms = excluded.length_ms,
             minutes = excluded.minutes, participants = excluded.participants,
             peak_viewers = excluded.peak_viewers, features = excluded.features",
};
const HOSTED_MONTHS: Bulk = Bulk {
    head: "INSERT INTO hosted_months (integration_id, host, month, days)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, host, month) DO UPDATE SET
             days = hosted_months.days | excluded.days
            WHERE (hosted_months.days | excluded.days) <> hosted_months.days",
};
const ADMIN_CHANGES: Bulk = Bulk {
    head: "INSERT INTO admin_changes (integration_id, at, operator, category, action, detail_hash,
             ordinal, detail)",
    columns: 8,
    tail: " ON CONFLICT DO NOTHING RETURNING at",
};
const DAILY_USAGE: Bulk = Bulk {
    head: "INSERT INTO daily_usage
             (integration_id, day, new_users, meetings, participants, meeting_minutes)",
    columns: 6,
    tail: " ON CONFLICT (integration_id, day) DO UPDATE SET
             new_users = excluded.new_users, meetings = excluded.meetings,
             participants = excluded.participants, meeting_minutes = excluded.meeting_minutes
            WHERE (daily_usage.new_users, daily_usage.meetings, daily_usage.participants,
                   daily_usage.meeting_minutes)
              IS DISTINCT FROM (excluded.new_users, excluded.meetings, excluded.participants,
                   excluded.meeting_minutes)
            RETURNING day",
};
const HOST_REPORTS: Bulk = Bulk {
    head:
        "INSERT INTO host_reports (integration_id, from_day, to_day, email, external_id, meetings,
             participants, minutes)",
    columns: 8,
    tail: " ON CONFLICT (integration_id, from_day, to_day, email, external_id) DO UPDATE SET
             meetings = excluded.meetings, participants = excluded.participants,
             minutes = excluded.minutes
            WHERE (host_reports.meetings, host_reports.participants, host_reports.minutes)
              IS DISTINCT FROM (excluded.meetings, excluded.participants, excluded.minutes)",
};

pub(crate) fn sign_in_kind_code(kind: SignInKind) -> i64 {
    match kind {
        SignInKind::In => 0,
        SignInKind::Out => 1,
    }
}

pub(crate) fn event_kind_code(kind: EventKind) -> i64 {
    match kind {
        EventKind::Meeting => 0,
        EventKind::Webinar => 1,
    }
}

/// The first day of the month and the bit of the day within it.
fn month_bit(day: Day) -> (Day, i64) {
    let month = day.month_start();
    (month, 1 << day.since(month))
}

const SHORTER_HOST_REPORTS: &str =
    "DELETE FROM host_reports WHERE integration_id = $1 AND from_day = $2 AND to_day < $3";

impl Batch<'_> {
    pub(super) async fn sign_ins(&mut self, rows: &[SignIn]) -> Result<()> {
        for chunk in rows.chunks(CHUNK) {
            self.sign_in_chunk(chunk).await?;
        }
        Ok(())
    }

    async fn sign_in_chunk(&mut self, chunk: &[SignIn]) -> Result<()> {
        let words = chunk.iter().flat_map(|row| {
            [
                row.email.as_str(),
                row.client.as_str(),
                row.version.as_str(),
                row.network.as_str(),
            ]
        });
        let codes = codes(self.tx, self.id, words).await?;
        let mut keys: Vec<[i64; 8]> = chunk
            .iter()
            .map(|row| {
                let day = row.at.day();
                [
                    day.0.into(),
                    codes[row.email.as_str()],
                    row.at.since(day.start()),
                    sign_in_kind_code(row.kind),
                    codes[row.client.as_str()],
                    codes[row.version.as_str()],
                    codes[row.network.as_str()],
                    row.ordinal.into(),
                ]
            })
            .collect();
        // In the order of the table.
        keys.sort_unstable();
        keys.dedup();
        let find = (0_i64..)
            .zip(&keys)
            .flat_map(|(number, key)| {
                let mut row = args![self.id, number];
                row.extend(key.map(Arg::from));
                row
            })
            .collect();
        let known: HashSet<i64> = self
            .tx
            .bulk_packed(&KNOWN_SIGN_INS, find)
            .await?
            .into_iter()
            .map(|[number]| number)
            .collect();
        let new: Vec<[i64; 8]> = (0_i64..)
            .zip(keys)
            .filter(|(number, _)| !known.contains(number))
            .map(|(_, key)| key)
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        self.changed += new.len() as u64;
        let arguments = new
            .iter()
            .flat_map(|key| {
                let mut row = args![self.id];
                row.extend(key.map(Arg::from));
                row
            })
            .collect();
        self.tx.bulk(&SIGN_INS, arguments).await?;
        let mut days: BTreeMap<Day, (i64, i64)> = BTreeMap::new();
        for [day, _, _, kind, ..] in &new {
            // It was a day before.
            let day = Day(i32::try_from(*day).unwrap_or_default());
            self.touched(History::SignIns, day);
            if *kind == sign_in_kind_code(SignInKind::In) {
                days.entry(day).or_default().0 += 1;
            }
        }
        self.sign_in_months(chunk, &codes, &mut days).await?;
        let arguments = days
            .into_iter()
            .flat_map(|(day, (sign_ins, people))| args![self.id, day, sign_ins, people])
            .collect();
        self.tx.bulk(&SIGN_IN_DAYS, arguments).await?;
        Ok(())
    }

    /// Sets the days of the months, and counts in `days` the people for whom a day is new.
    async fn sign_in_months(
        &mut self,
        chunk: &[SignIn],
        codes: &HashMap<&str, i64>,
        days: &mut BTreeMap<Day, (i64, i64)>,
    ) -> Result<()> {
        let mut months: BTreeMap<(i64, Day), (i64, Timestamp)> = BTreeMap::new();
        for row in chunk.iter().filter(|row| row.kind == SignInKind::In) {
            let (month, bit) = month_bit(row.at.day());
            let entry = months
                .entry((codes[row.email.as_str()], month))
                .or_insert((0, row.at));
            entry.0 |= bit;
            entry.1 = entry.1.max(row.at);
        }
        let find = (0_i64..)
            .zip(months.keys())
            .flat_map(|(number, (email, month))| args![self.id, number, *email, *month])
            .collect();
        let old: HashMap<i64, i64> = self
            .tx
            .bulk_packed(&OLD_MONTHS, find)
            .await?
            .into_iter()
            .map(|[number, bits]| (number, bits))
            .collect();
        for (number, ((_, month), (bits, _))) in (0_i64..).zip(&months) {
            let mut new = bits & !old.get(&number).copied().unwrap_or(0);
            while new != 0 {
                // At most 30: the bits are days of a month.
                let day = month.plus(new.trailing_zeros().cast_signed());
                days.entry(day).or_default().1 += 1;
                new &= new - 1;
            }
        }
        let arguments = months
            .into_iter()
            .flat_map(|((email, month), (bits, last))| args![self.id, email, month, bits, last])
            .collect();
        self.tx.bulk(&MONTHS, arguments).await?;
        Ok(())
    }

    pub(super) async fn events(&mut self, events: &[HostedEvent]) -> Result<()> {
        for chunk in events.chunks(CHUNK) {
            self.event_chunk(chunk).await?;
        }
        Ok(())
    }

    async fn event_chunk(&mut self, chunk: &[HostedEvent]) -> Result<()> {
        let codes = codes(
            self.tx,
            self.id,
            chunk.iter().map(|event| event.host.as_str()),
        )
        .await?;
        let by_key: BTreeMap<(Timestamp, &str), &HostedEvent> = chunk
            .iter()
            .map(|event| ((event.start, event.id.as_str()), event))
            .collect();
        let row = |event: &HostedEvent| -> [Arg<'_>; 9] {
            [
                event.start.into(),
                event.id.clone().into(),
                event_kind_code(event.kind).into(),
                codes[event.host.as_str()].into(),
                event.end.since(event.start).into(),
                event.minutes.into(),
                event.participants.into(),
                event.peak_viewers.into(),
                event.features.into(),
            ]
        };
        let find = (0_i64..)
            .zip(by_key.values())
            .flat_map(|(number, event)| {
                let mut all = args![self.id, number];
                all.extend(row(event));
                all
            })
            .collect();
        let same: HashSet<i64> = self
            .tx
            .bulk_packed(&SAME_EVENTS, find)
            .await?
            .into_iter()
            .map(|[number]| number)
            .collect();
        let changed: Vec<&HostedEvent> = (0_i64..)
            .zip(by_key.into_values())
            .filter(|(number, _)| !same.contains(number))
            .map(|(_, event)| event)
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.changed += changed.len() as u64;
        let arguments = changed
            .iter()
            .flat_map(|event| {
                let mut all = args![self.id];
                all.extend(row(event));
                all
            })
            .collect();
        self.tx.bulk(&EVENTS, arguments).await?;
        for event in &changed {
            self.touched(History::Events, event.start.day());
        }
        let mut months: BTreeMap<(i64, Day), i64> = BTreeMap::new();
        for event in changed {
            let (month, bit) = month_bit(event.start.day());
            *months
                .entry((codes[event.host.as_str()], month))
                .or_default() |= bit;
        }
        let arguments = months
            .into_iter()
            .flat_map(|((host, month), bits)| args![self.id, host, month, bits])
            .collect();
        self.tx.bulk(&HOSTED_MONTHS, arguments).await?;
        Ok(())
    }

    pub(super) async fn admin_changes(&mut self, rows: &[AdminChange]) -> Result<()> {
        for chunk in rows.chunks(CHUNK) {
            let words = chunk.iter().flat_map(|row| {
                [
                    row.operator.as_str(),
                    row.category.as_str(),
                    row.action.as_str(),
                ]
            });
            let codes = codes(self.tx, self.id, words).await?;
            let arguments = chunk
                .iter()
                .flat_map(|row| {
                    args![
                        self.id,
                        row.at,
                        codes[row.operator.as_str()],
                        codes[row.category.as_str()],
                        codes[row.action.as_str()],
                        first_8(&Sha256::digest(row.detail.as_bytes())),
                        row.ordinal,
                        &row.detail,
                    ]
                })
                .collect();
            let added = self.tx.bulk_all(&ADMIN_CHANGES, arguments).await?;
            self.changed += added.len() as u64;
            for row in &added {
                self.touched(History::AdminChanges, row.time(0)?.day());
            }
        }
        Ok(())
    }

    pub(super) async fn daily_usage(&mut self, days: &[(Day, DailyUsage)]) -> Result<()> {
        let by_day: BTreeMap<Day, &DailyUsage> =
            days.iter().map(|(day, usage)| (*day, usage)).collect();
        let arguments = by_day
            .into_iter()
            .flat_map(|(day, usage)| {
                args![
                    self.id,
                    day,
                    usage.new_users,
                    usage.meetings,
                    usage.participants,
                    usage.meeting_minutes
                ]
            })
            .collect();
        let changed = self.tx.bulk_all(&DAILY_USAGE, arguments).await?;
        self.changed += changed.len() as u64;
        for row in &changed {
            self.touched(History::DailyUsage, row.day(0)?);
        }
        Ok(())
    }

    pub(super) async fn host_reports(
        &mut self,
        from: Day,
        to: Day,
        hosts: &[HostReport],
    ) -> Result<()> {
        // The report of a running month reaches one day further every day: it replaces the one before.
        self.tx
            .execute(SHORTER_HOST_REPORTS, args![self.id, from, to])
            .await?;
        for chunk in hosts.chunks(CHUNK) {
            let codes = codes(
                self.tx,
                self.id,
                chunk.iter().map(|host| host.email.as_str()),
            )
            .await?;
            let by_key: BTreeMap<(i64, &str), &HostReport> = chunk
                .iter()
                .map(|host| {
                    (
                        (codes[host.email.as_str()], host.external_id.as_str()),
                        host,
                    )
                })
                .collect();
            let arguments = by_key
                .into_iter()
                .flat_map(|((email, external_id), host)| {
                    args![
                        self.id,
                        from,
                        to,
                        email,
                        external_id,
                        host.meetings,
                        host.participants,
                        host.minutes
                    ]
                })
                .collect();
            self.changed += self.tx.bulk(&HOST_REPORTS, arguments).await?;
        }
        Ok(())
    }
}
