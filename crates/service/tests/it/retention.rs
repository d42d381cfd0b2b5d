//! What is deleted because of its age is unknown afterwards: it proves no inactivity, and it is not read again.

use model::{ActivityState, KeptData, Retention, RunState};
use store::Actor;
use testkit::database::Kind;

use crate::unreadable::{Extra, read, verdict};

testkit::on_both_engines!(deleted_days_are_unknown_and_are_not_asked_for_again);

/// Days kept: fewer than the 90 of the rule that finds the silent user.
const KEPT: i32 = 60;

async fn deleted_days_are_unknown_and_are_not_asked_for_again(kind: Kind) {
    let (install, id, person) = read(kind, |_| Extra::default()).await;
    let before = verdict(&install, id, &person.key).await;
    assert_eq!(before.activity, ActivityState::Inactive);
    assert_eq!(before.findings.len(), 1);
    let (now, store) = (install.clock_now(), &install.store);
    let kept = Retention {
        sign_ins: Some(KEPT),
        meetings: Some(KEPT),
        ..Retention::default()
    };
    store.set_retention(kept, &Actor::Cli, now).await.unwrap();
    for data in [KeptData::SignIns, KeptData::Meetings] {
        let first = kept.first_day(data, now.day()).unwrap();
        store
            .delete_old_history(id, data, first, now)
            .await
            .unwrap();
    }
    let after = verdict(&install, id, &person.key).await;
    assert_eq!(after.activity, ActivityState::Unknown);
    assert!(
        after
            .findings
            .iter()
            .all(|(state, _)| *state == model::FindingState::OnHold),
        "{:?}",
        after.findings
    );
    // The application still gives these days out, and they are not asked for.
    install.clock.advance_ms(3_600_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let first = now.day().plus(-KEPT);
    for stream in ["sign_ins", "meetings", "host_reports"] {
        let known = store.coverage(id, stream).await.unwrap();
        assert_eq!(known.days.keys().next(), Some(&first), "{stream}");
    }
    assert_eq!(
        verdict(&install, id, &person.key).await.activity,
        ActivityState::Unknown
    );
    // Kept for longer again, they are read as far as the application has them.
    store
        .set_retention(Retention::default(), &Actor::Cli, now)
        .await
        .unwrap();
    install.clock.advance_ms(3_600_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(
        verdict(&install, id, &person.key).await.activity,
        ActivityState::Inactive
    );
}
