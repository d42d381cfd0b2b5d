//! Writing the sign-in log and its totals.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{Day, SignIn, SignInKind, Timestamp};

use super::batch::{Batch, CHUNK, month_bit};
use super::dictionary::codes;
use super::types::HistoryKind;
use crate::Result;
use crate::db::{Arg, Bulk, args};

const KNOWN_SIGN_INS: Bulk = Bulk {
    head: "WITH v (i, n, day, email, ms, kind, client, version, network, ordinal) AS (",
    columns: 10,
    tail: ") SELECT string_agg(CAST(v.n AS TEXT), ',') AS packed FROM v CROSS JOIN sign_ins s
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
    tail: ") SELECT string_agg(CAST(v.n AS TEXT) || ':' || CAST(s.days AS TEXT), ',') AS packed
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

pub(crate) fn sign_in_kind_code(kind: SignInKind) -> i64 {
    match kind {
        SignInKind::In => 0,
        SignInKind::Out => 1,
    }
}

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
        // In the order of the primary key, so that inserts are sequential.
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
            // Never the default, because the number was made from a day above.
            let day = Day(i32::try_from(*day).unwrap_or_default());
            self.touched(HistoryKind::SignIns, day);
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

    /// Updates the months of each address, and counts in `days` the people with a first sign-in on
    /// that day.
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
                // At most 30, because the bits are the days of a month.
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
}
