//! Settles promises after a sync: a licence that a later sync saw gone is realised, one that came
//! back is lost.

use std::collections::{BTreeMap, HashMap};

use model::{Day, IntegrationId, Licence, Rule};
use store::{Actor, Change, ChangeFilter, ChangeId, ChangeState, LedgerEntry, LicenceSpan};

use crate::context::Context;
use crate::error::Error;

/// Under which name the store remembers which sync was settled last.
const MEMO: &str = "ledger.settled";

/// What is known of one licence of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Yes,
    /// Gone, as a sync of that day saw.
    Gone(Day),
}

/// What an entry comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Realised(Day),
    Lost(Day),
}

/// Decides about one promise. `held` is what the syncs saw of the licence, `None` when none of them
/// could tell; `today` is the day of the last one.
fn settled(
    entry: &LedgerEntry,
    change: ChangeState,
    held: Option<Held>,
    today: Day,
) -> Option<Settled> {
    if entry.lost_on.is_some() || matches!(change, ChangeState::Skipped | ChangeState::Undone) {
        return None;
    }
    // A licence that was to be bought is there when the promise comes true.
    let buys = entry.finding.starts_with(Rule::UnderLicensed.value());
    match (held?, entry.realised_on) {
        (Held::Gone(day), None) if !buys => Some(Settled::Realised(day.max(entry.promised_on))),
        (Held::Yes, None) if buys => Some(Settled::Realised(today)),
        (Held::Yes, Some(_)) if !buys => Some(Settled::Lost(today)),
        _ => None,
    }
}

/// What the spans say about each licence of each user.
fn held(spans: &[LicenceSpan]) -> HashMap<(&str, &Licence), Held> {
    let mut held: HashMap<(&str, &Licence), Held> = HashMap::new();
    for span in spans {
        let now = span
            .until
            .map_or(Held::Yes, |until| Held::Gone(until.day()));
        held.entry((&span.user_key, &span.licence))
            .and_modify(|known| {
                *known = match (*known, now) {
                    (Held::Gone(one), Held::Gone(other)) => Held::Gone(one.max(other)),
                    _ => Held::Yes,
                };
            })
            .or_insert(now);
    }
    held
}

pub(super) async fn settle(context: &Context) -> Result<(), Error> {
    for integration in context.store.integrations().await? {
        let Some(read_at) = integration.last_complete_at else {
            continue;
        };
        let id = integration.id;
        // Changes of people and new promises count as well as syncs.
        let decided = context.store.decision_revision(id).await?;
        let seen = format!("{}/{}/{decided}", read_at.0, integration.revision);
        if context.store.job_value(Some(id), MEMO).await?.as_deref() == Some(&seen) {
            continue;
        }
        one(context, id, read_at.day()).await?;
        let decided = context.store.decision_revision(id).await?;
        let seen = format!("{}/{}/{decided}", read_at.0, integration.revision);
        context
            .store
            .set_job_value(Some(id), MEMO, Some(&seen))
            .await?;
    }
    Ok(())
}

async fn one(context: &Context, id: IntegrationId, today: Day) -> Result<(), Error> {
    let entries = context.store.ledger(id).await?;
    if entries.iter().all(|entry| entry.lost_on.is_some()) {
        return Ok(());
    }
    let changes = context.store.changes(id, &ChangeFilter::default()).await?;
    let changes: BTreeMap<ChangeId, &Change> =
        changes.iter().map(|change| (change.id, change)).collect();
    let spans = context.store.licence_spans(id).await?;
    let held = held(&spans);
    let (actor, now) = (Actor::System, context.clock.now());
    for entry in &entries {
        let (Some(user), Some(change)) = (&entry.user_key, changes.get(&entry.change)) else {
            continue;
        };
        let known = held.get(&(user.as_str(), &entry.licence)).copied();
        match settled(entry, change.state, known, today) {
            Some(Settled::Realised(day)) => {
                if !matches!(change.state, ChangeState::Done | ChangeState::Running) {
                    // Somebody made it at the application itself.
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
            Some(Settled::Lost(day)) => {
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
                settled(&promise, state, None, today),
                None,
                "unknown is not gone"
            );
            assert_eq!(settled(&promise, state, Some(Held::Yes), today), None);
            let gone = Some(Held::Gone(PROMISED.plus(3)));
            let realised = Some(Settled::Realised(PROMISED.plus(3)));
            assert_eq!(settled(&promise, state, gone, today), realised);
        }
        let undone = settled(
            &promise,
            ChangeState::Undone,
            Some(Held::Gone(today)),
            today,
        );
        assert_eq!(undone, None);
        let realised = LedgerEntry {
            realised_on: Some(PROMISED.plus(3)),
            state: SavingState::Realised,
            ..promise
        };
        let back = settled(&realised, ChangeState::Done, Some(Held::Yes), today);
        assert_eq!(back, Some(Settled::Lost(today)));
        let lost = LedgerEntry {
            lost_on: Some(today),
            state: SavingState::Lost,
            ..realised
        };
        assert_eq!(
            settled(&lost, ChangeState::Done, Some(Held::Yes), today),
            None
        );
    }

    #[test]
    fn what_is_bought_is_there_when_the_promise_comes_true() {
        let promise = entry("under_licensed~licensed~ada");
        let today = PROMISED.plus(2);
        let there = settled(&promise, ChangeState::Done, Some(Held::Yes), today);
        assert_eq!(there, Some(Settled::Realised(today)));
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
        assert_eq!(held(&both)[&("ada", &licence)], Held::Gone(Day(3)));
        let back = [span(0, Some(day)), span(2 * day, None)];
        assert_eq!(held(&back)[&("ada", &licence)], Held::Yes);
    }
}
