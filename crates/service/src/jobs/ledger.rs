//! Settles promises after a sync: a promise is realised when a sync found the licence removed, and
//! lost when the licence was assigned again later.

use std::collections::{BTreeMap, HashMap};

use model::{Day, IntegrationId, Licence, Rule};
use store::{Actor, Change, ChangeFilter, ChangeId, ChangeState, LedgerEntry, LicenceSpan};

use crate::context::Context;
use crate::error::Error;

/// Name of the stored value with the last settled sync.
const LAST_SETTLED: &str = "ledger.settled";

/// The state of one licence of one user, as the syncs found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LicenceState {
    Assigned,
    /// Removed; a sync of that day found it so.
    Removed(Day),
}

/// The new state of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NewState {
    Realised(Day),
    Lost(Day),
}

/// Computes the new state of a promise, or `None` if it does not change. `licence` is `None` if no
/// sync could read the licence; `today` is the day of the last sync.
fn new_state(
    entry: &LedgerEntry,
    change: ChangeState,
    licence: Option<LicenceState>,
    today: Day,
) -> Option<NewState> {
    if entry.lost_on.is_some() || matches!(change, ChangeState::Skipped | ChangeState::Undone) {
        return None;
    }
    // A promise to buy a licence is realised when the licence is assigned.
    let rule = entry.finding.split('~').next().and_then(Rule::from_value);
    let buys = rule.is_some_and(Rule::costs);
    match (licence?, entry.realised_on) {
        (LicenceState::Removed(day), None) if !buys => {
            Some(NewState::Realised(day.max(entry.promised_on)))
        }
        (LicenceState::Assigned, None) if buys => Some(NewState::Realised(today)),
        (LicenceState::Assigned, Some(_)) if !buys => Some(NewState::Lost(today)),
        _ => None,
    }
}

/// The state of each licence of each user, computed from its spans.
fn licence_states(spans: &[LicenceSpan]) -> HashMap<(&str, &Licence), LicenceState> {
    let mut states: HashMap<(&str, &Licence), LicenceState> = HashMap::new();
    for span in spans {
        let now = span.until.map_or(LicenceState::Assigned, |until| {
            LicenceState::Removed(until.day())
        });
        states
            .entry((&span.user_key, &span.licence))
            .and_modify(|state| {
                *state = match (*state, now) {
                    (LicenceState::Removed(one), LicenceState::Removed(other)) => {
                        LicenceState::Removed(one.max(other))
                    }
                    _ => LicenceState::Assigned,
                };
            })
            .or_insert(now);
    }
    states
}

pub(super) async fn settle(context: &Context) -> Result<(), Error> {
    for integration in context.store.integrations().await? {
        let Some(read_at) = integration.last_complete_at else {
            continue;
        };
        let id = integration.id;
        // The revision of decisions is part of the value, because changes and promises between two
        // syncs must be settled too.
        let decided = context.store.decision_revision(id).await?;
        let last = format!("{}/{}/{decided}", read_at.0, integration.revision);
        if context
            .store
            .job_value(Some(id), LAST_SETTLED)
            .await?
            .as_deref()
            == Some(&last)
        {
            continue;
        }
        settle_integration(context, id, read_at.day()).await?;
        let decided = context.store.decision_revision(id).await?;
        let last = format!("{}/{}/{decided}", read_at.0, integration.revision);
        context
            .store
            .set_job_value(Some(id), LAST_SETTLED, Some(&last))
            .await?;
    }
    Ok(())
}

async fn settle_integration(context: &Context, id: IntegrationId, today: Day) -> Result<(), Error> {
    let entries = context.store.ledger(id).await?;
    if entries.iter().all(|entry| entry.lost_on.is_some()) {
        return Ok(());
    }
    let changes = context.store.changes(id, &ChangeFilter::default()).await?;
    let changes: BTreeMap<ChangeId, &Change> =
        changes.iter().map(|change| (change.id, change)).collect();
    let spans = context.store.licence_spans(id).await?;
    let states = licence_states(&spans);
    let (actor, now) = (Actor::System, context.clock.now());
    for entry in &entries {
        let (Some(user), Some(change)) = (&entry.user_key, changes.get(&entry.change)) else {
            continue;
        };
        let licence = states.get(&(user.as_str(), &entry.licence)).copied();
        match new_state(entry, change.state, licence, today) {
            Some(NewState::Realised(day)) => {
                if !matches!(change.state, ChangeState::Done | ChangeState::Running) {
                    // A person made the change directly at the application.
                    let result = format!("Seen at the application on {}", day.long());
                    context
                        .store
                        .mark_change_done(id, change.id, &result, &actor, now)
                        .await?;
                }
                context
                    .store
                    .mark_saving_realised(id, entry.change, day, &actor, now)
                    .await?;
            }
            Some(NewState::Lost(day)) => {
                context
                    .store
                    .mark_saving_lost(id, entry.change, day, &actor, now)
                    .await?;
            }
            None => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use store::SavingState;

    use super::*;

    const PROMISED: Day = Day(20_000);

    fn entry(finding: &str) -> LedgerEntry {
        LedgerEntry {
            change: ChangeId(1),
            finding: finding.to_owned(),
            user_key: Some("ada".to_owned()),
            licence: Licence::base("licensed"),
            seats: 1,
            promised: None,
            promised_on: PROMISED,
            seat_free_on: None,
            invoice_lower_on: None,
            realised_on: None,
            lost_on: None,
            state: SavingState::Promised,
        }
    }

    #[test]
    fn a_promise_is_realised_when_a_sync_saw_the_licence_gone_and_lost_when_it_is_back() {
        let promise = entry("dormant~licensed~ada");
        let today = PROMISED.plus(9);
        for state in [
            ChangeState::Listed,
            ChangeState::Exported,
            ChangeState::Done,
        ] {
            assert_eq!(
                new_state(&promise, state, None, today),
                None,
                "unknown is not gone"
            );
            assert_eq!(
                new_state(&promise, state, Some(LicenceState::Assigned), today),
                None
            );
            let gone = Some(LicenceState::Removed(PROMISED.plus(3)));
            let realised = Some(NewState::Realised(PROMISED.plus(3)));
            assert_eq!(new_state(&promise, state, gone, today), realised);
        }
        let undone = new_state(
            &promise,
            ChangeState::Undone,
            Some(LicenceState::Removed(today)),
            today,
        );
        assert_eq!(undone, None);
        let realised = LedgerEntry {
            realised_on: Some(PROMISED.plus(3)),
            state: SavingState::Realised,
            ..promise
        };
        let back = new_state(
            &realised,
            ChangeState::Done,
            Some(LicenceState::Assigned),
            today,
        );
        assert_eq!(back, Some(NewState::Lost(today)));
        let lost = LedgerEntry {
            lost_on: Some(today),
            state: SavingState::Lost,
            ..realised
        };
        assert_eq!(
            new_state(
                &lost,
                ChangeState::Done,
                Some(LicenceState::Assigned),
                today
            ),
            None
        );
    }

    #[test]
    fn what_is_bought_is_there_when_the_promise_comes_true() {
        let promise = entry("under_licensed~licensed~ada");
        let today = PROMISED.plus(2);
        let there = new_state(
            &promise,
            ChangeState::Done,
            Some(LicenceState::Assigned),
            today,
        );
        assert_eq!(there, Some(NewState::Realised(today)));
    }

    #[test]
    fn the_last_word_of_several_spans_counts() {
        let span = |since: i64, until: Option<i64>| LicenceSpan {
            user_key: "ada".to_owned(),
            licence: Licence::base("licensed"),
            since: Timestamp(since),
            exact: true,
            until: until.map(Timestamp),
        };
        let licence = Licence::base("licensed");
        let day = model::time::DAY_MS;
        let both = [span(0, Some(day)), span(2 * day, Some(3 * day))];
        assert_eq!(
            licence_states(&both)[&("ada", &licence)],
            LicenceState::Removed(Day(3))
        );
        let back = [span(0, Some(day)), span(2 * day, None)];
        assert_eq!(
            licence_states(&back)[&("ada", &licence)],
            LicenceState::Assigned
        );
    }
}
