//! One transaction for all writes of a sync step.

use std::collections::{BTreeSet, HashSet};

use model::{Day, DayState, StreamState, Timestamp};

use super::batch::Batch;
use super::types::{AppliedWrites, SyncWrite};
use crate::db::{Bulk, args};
use crate::repeat::Repeats;
use crate::retention::deleted_days;
use crate::{Error, Lease, Result, Store, crash};

const COVERAGE: Bulk = Bulk {
    head: "INSERT INTO coverage (integration_id, stream, day, provisional, read_at)",
    columns: 5,
    tail: " ON CONFLICT (integration_id, stream, day) DO UPDATE SET
             provisional = excluded.provisional, read_at = excluded.read_at",
};
const CHANGED_DAYS: Bulk = Bulk {
    head: "INSERT INTO changed_days (integration_id, history, day, revision)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, history, day) DO UPDATE SET revision = excluded.revision",
};

impl Store {
    /// Makes all writes in one transaction, in order, if the lease is still valid. Bumps the
    /// integration's revision when data changed or a day became covered. A transaction that was
    /// rolled back or whose connection was lost is repeated. If its commit was lost and had reached
    /// the database, that only counts the requests twice, because all other writes are the same
    /// when they are made again.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another process has taken over. Nothing is written then.
    #[crate::boxed]
    pub async fn apply(
        &self,
        lease: &Lease,
        writes: Vec<SyncWrite>,
        now: Timestamp,
    ) -> Result<AppliedWrites> {
        let mut repeats = Repeats::default();
        loop {
            match self.try_apply(lease, &writes, now).await {
                Err(error) if repeats.again(&error).await => {}
                done => return done,
            }
        }
    }

    async fn try_apply(
        &self,
        lease: &Lease,
        writes: &[SyncWrite],
        now: Timestamp,
    ) -> Result<AppliedWrites> {
        let mut tx = self.begin().await?;
        // With the lock, other transactions of this integration wait until the commit.
        let row = tx
            .locked(
                "SELECT fence, lease_holder, revision, first_complete_at FROM integrations
                 WHERE integration_id = $1",
                args![lease.integration],
            )
            .await?
            .ok_or(Error::LeaseLost)?;
        if row.int("fence")? != lease.fence
            || row.opt_text("lease_holder")?.as_deref() != Some(&lease.holder)
        {
            return Err(Error::LeaseLost);
        }
        let mut revision = row.int("revision")?;
        let mut batch = Batch {
            tx: &mut tx,
            store: self,
            id: lease.integration,
            now,
            changed: 0,
            application: None,
            first_complete_at: row.opt_time("first_complete_at")?,
            covered: false,
            touched: HashSet::new(),
        };
        for write in writes {
            batch.write(write).await?;
            crash::point("store: between writes");
        }
        let changed = batch.changed;
        if changed > 0 || batch.covered {
            revision += 1;
            batch.finish(revision).await?;
        }
        tx.commit().await?;
        Ok(AppliedWrites { changed, revision })
    }
}

impl Batch<'_> {
    async fn write(&mut self, write: &SyncWrite) -> Result<()> {
        match write {
            SyncWrite::Application(application) => {
                self.application = Some(application);
                Ok(())
            }
            SyncWrite::Users(users) => self.users(users).await,
            SyncWrite::UsersMissing { keys, generation } => {
                self.users_missing(keys, *generation).await
            }
            SyncWrite::UsersRemoved { keys, at } => self.users_removed(keys, *at).await,
            SyncWrite::Details(details) => self.details(details).await,
            SyncWrite::DetailsDue(changes) => self.details_due(changes).await,
            SyncWrite::DetailsUnavailable { keys, at } => self.details_unavailable(keys, *at).await,
            SyncWrite::DetailsRetry { keys, at } => self.details_retry(keys, *at).await,
            SyncWrite::Groups(groups) => self.groups(groups).await,
            SyncWrite::GroupsRemoved { keep } => self.groups_removed(keep).await,
            SyncWrite::AccountSettings { section, json } => {
                self.account_settings(section, json).await
            }
            SyncWrite::SignIns(rows) => self.sign_ins(rows).await,
            SyncWrite::Events(events) => self.events(events).await,
            SyncWrite::AdminChanges(rows) => self.admin_changes(rows).await,
            SyncWrite::AddressChanges(changes) => self.address_changes(changes).await,
            SyncWrite::DailyUsage(days) => self.daily_usage(days).await,
            SyncWrite::HostReports { from, to, hosts } => {
                self.host_reports(*from, *to, hosts).await
            }
            SyncWrite::Upcoming { from, to, events } => self.upcoming(*from, *to, events).await,
            SyncWrite::Delegations(users) => self.delegations(users).await,
            SyncWrite::Coverage {
                stream,
                days,
                state,
                read_at,
            } => self.coverage(stream, days, *state, *read_at).await,
            SyncWrite::Rejected(records) => self.rejected(records).await,
            SyncWrite::Checkpoint { stream, key, value } => {
                self.checkpoint(stream, key, value.as_deref()).await
            }
            SyncWrite::Stream(state) => self.stream(state).await,
            SyncWrite::Requests {
                category,
                day,
                count,
            } => self.requests(category, *day, *count).await,
        }
    }

    async fn finish(&mut self, revision: i64) -> Result<()> {
        let rows = self
            .touched
            .iter()
            .flat_map(|(history, day)| args![self.id, history.value(), *day, revision])
            .collect();
        self.tx.bulk(&CHANGED_DAYS, rows).await?;
        self.tx
            .execute(
                "UPDATE integrations SET revision = $1 WHERE integration_id = $2",
                args![revision, self.id],
            )
            .await?;
        Ok(())
    }

    async fn account_settings(&mut self, section: &str, json: &str) -> Result<()> {
        self.changed += self
            .tx
            .execute(
                "INSERT INTO account_settings (integration_id, section, content, read_at)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (integration_id, section) DO UPDATE SET
                   content = excluded.content, read_at = excluded.read_at
                 WHERE account_settings.content <> excluded.content",
                args![self.id, section, json, self.now],
            )
            .await?;
        Ok(())
    }

    async fn coverage(
        &mut self,
        stream: &str,
        days: &[Day],
        state: DayState,
        read_at: Timestamp,
    ) -> Result<()> {
        let mut days: BTreeSet<Day> = days.iter().copied().collect();
        if let Some((kept, at)) = deleted_days(self.tx, self.id, stream).await?
            && read_at <= at
        {
            days.retain(|day| *day >= kept);
        }
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Ok(());
        };
        let provisional = state == DayState::Provisional;
        let mut known = BTreeSet::new();
        for row in self
            .tx
            .all(
                "SELECT day FROM coverage WHERE integration_id = $1 AND stream = $2
                   AND day >= $3 AND day <= $4 AND provisional = $5",
                args![self.id, stream, *first, *last, provisional],
            )
            .await?
        {
            known.insert(row.day("day")?);
        }
        self.covered |= !days.is_subset(&known);
        let rows = days
            .iter()
            .flat_map(|day| args![self.id, stream, *day, provisional, read_at])
            .collect();
        self.tx.bulk(&COVERAGE, rows).await?;
        Ok(())
    }

    async fn checkpoint(&mut self, stream: &str, key: &str, value: Option<&str>) -> Result<()> {
        if let Some(value) = value {
            self.tx
                .execute(
                    "INSERT INTO checkpoints (integration_id, stream, name, content)
                     VALUES ($1, $2, $3, $4)
                     ON CONFLICT (integration_id, stream, name) DO UPDATE SET
                       content = excluded.content
                     WHERE checkpoints.content <> excluded.content",
                    args![self.id, stream, key, value],
                )
                .await?;
        } else {
            self.tx
                .execute(
                    "DELETE FROM checkpoints
                     WHERE integration_id = $1 AND stream = $2 AND name = $3",
                    args![self.id, stream, key],
                )
                .await?;
        }
        Ok(())
    }

    async fn stream(&mut self, state: &StreamState) -> Result<()> {
        let text = serde_json::to_string(state).map_err(|error| Error::Invalid {
            what: format!("the state of stream {} ({error})", state.stream),
        })?;
        self.tx
            .execute(
                "INSERT INTO streams (integration_id, stream, state) VALUES ($1, $2, $3)
                 ON CONFLICT (integration_id, stream) DO UPDATE SET state = excluded.state
                 WHERE streams.state <> excluded.state",
                args![self.id, &state.stream, text],
            )
            .await?;
        Ok(())
    }

    async fn requests(&mut self, category: &str, day: Day, count: i64) -> Result<()> {
        self.tx
            .execute(
                "INSERT INTO requests (integration_id, day, category, made)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (integration_id, day, category) DO UPDATE SET
                   made = requests.made + excluded.made",
                args![self.id, day, category, count],
            )
            .await?;
        Ok(())
    }
}
