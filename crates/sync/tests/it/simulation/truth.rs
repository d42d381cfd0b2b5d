//! The data of the simulated account as Zoom would answer it without faults, read with plain requests.

use std::collections::{BTreeMap, BTreeSet};

use model::Day;
use zoom_sim::Sim;

use crate::plain::Plain;

/// Reads an account without faults.
pub(super) struct Truth(Plain);

impl Truth {
    pub(super) async fn new(sim: &Sim) -> Self {
        Self(Plain::of(sim).await)
    }

    /// Id (or lower-case address while there is none), address, type and status of all users.
    pub(super) async fn users(&self) -> BTreeMap<String, (String, i64, String)> {
        let rows = self.0.users().await;
        let users = rows.iter().map(|row| {
            let email = row["email"].as_str().unwrap().to_lowercase();
            let id = row["id"].as_str().map(str::to_owned);
            let (kind, status) = (row["type"].as_i64(), row["status"].as_str());
            let key = id.unwrap_or_else(|| email.clone());
            (key, (email, kind.unwrap(), status.unwrap().to_owned()))
        });
        users.collect()
    }

    /// Number of meetings and webinars that began on each of these days.
    pub(super) async fn hosted(&self, days: &BTreeSet<Day>) -> BTreeMap<Day, i64> {
        let path = "/report/history_meetings?meeting_type=all";
        self.per_day(path, "history_meetings", "start_time", days)
            .await
    }

    /// Number of sign-ins and sign-outs on each of these days.
    pub(super) async fn sign_ins(&self, days: &BTreeSet<Day>) -> BTreeMap<Day, i64> {
        let path = "/report/activities?a=";
        self.per_day(path, "activity_logs", "time", days).await
    }

    async fn per_day(
        &self,
        path: &str,
        list: &str,
        time: &str,
        days: &BTreeSet<Day>,
    ) -> BTreeMap<Day, i64> {
        /// Days in one request. Zoom answers up to a month.
        const AT_ONCE: i32 = 28;
        let mut counts = BTreeMap::new();
        let (Some(&first), Some(&newest)) = (days.first(), days.last()) else {
            return counts;
        };
        let mut start = first;
        while start <= newest {
            let end = start.plus(AT_ONCE - 1).min(newest);
            for row in self
                .0
                .all(&format!("{path}&from={start}&to={end}"), list)
                .await
            {
                let day: Day = row[time].as_str().unwrap()[..10].parse().unwrap();
                if days.contains(&day) && (start..=end).contains(&day) {
                    *counts.entry(day).or_default() += 1;
                }
            }
            start = end.plus(1);
        }
        counts
    }
}
