//! Records that could not be understood: counted exactly, kept sealed, replaced when their part of the
//! stream is read again, and erased with their person.

use model::Day;
use store::{
    Actor, NO_DAYS, RejectedGroup, RejectedRecords, RejectedScope, RejectedText, SyncWrite,
};

use crate::support::{NOW, day, on_both_engines, users};

/// One record about a person, with its text.
pub(crate) fn rejected(stream: &'static str, reason: &str, person: &str) -> RejectedRecords {
    let text = format!("{{\"canary\":\"{person}\"}}");
    RejectedRecords {
        stream,
        scope: RejectedScope::Whole,
        mapper: 1,
        read_at: NOW,
        groups: vec![group(NO_DAYS, person, reason, 1)],
        texts: vec![RejectedText {
            days: NO_DAYS,
            person: person.to_owned(),
            text,
        }],
    }
}

fn group(days: (Day, Day), person: &str, reason: &str, records: i64) -> RejectedGroup {
    RejectedGroup {
        days,
        person: person.to_owned(),
        reason: reason.to_owned(),
        records,
    }
}

fn of_days((from, to): (Day, Day), groups: Vec<RejectedGroup>) -> SyncWrite {
    SyncWrite::Rejected(RejectedRecords {
        stream: "meetings",
        scope: RejectedScope::Days(from, to),
        mapper: 1,
        read_at: NOW,
        groups,
        texts: Vec::new(),
    })
}

on_both_engines! {
    async fn r35_reading_days_again_replaces_their_records_and_no_others(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let (one, two, three) = (day("2026-02-01"), day("2026-02-02"), day("2026-02-03"));
        let first = vec![
            group((one, one), "a@x.test", "start_time: missing", 2),
            group((three, three), "", "start_time: not a time", 1),
            group((one, three), "b@x.test", "start_time: missing", 5),
        ];
        let write = of_days((one, three), first);
        let before = setup.apply(&lease, write.clone()).await.revision;
        assert_eq!(setup.apply(&lease, write).await.revision, before, "nothing new was found");
        assert_eq!(store.rejected_counts(id).await.unwrap(), [("meetings".to_owned(), 8)]);

        // The third day is fine now. A record about any of the days may still be about the others.
        let after = setup.apply(&lease, of_days((three, three), Vec::new())).await.revision;
        assert!(after > before, "findings depend on it");
        let left: Vec<_> = store.rejected(id).await.unwrap().into_iter()
            .map(|found| (found.from, found.to, found.person, found.records)).collect();
        assert_eq!(left, [
            (Some(one), Some(two), Some("b@x.test".to_owned()), 5),
            (Some(one), Some(one), Some("a@x.test".to_owned()), 2),
        ]);
        setup.apply(&lease, of_days((one, three), Vec::new())).await;
        assert_eq!(store.rejected(id).await.unwrap(), []);
    }

    async fn r35_users_that_were_read_again_are_replaced_and_no_others(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let of = |people: &[&str], groups| SyncWrite::Rejected(RejectedRecords {
            scope: RejectedScope::People(people.iter().map(|&key| key.to_owned()).collect()),
            groups,
            texts: Vec::new(),
            ..rejected("user_settings", "", "")
        });
        let found = |key: &str| group(NO_DAYS, key, "refused (1110)", 1);
        setup.apply(&lease, of(&["u-1", "u-2"], vec![found("u-1"), found("u-2")])).await;
        setup.apply(&lease, of(&["u-1"], Vec::new())).await;
        let left: Vec<_> = store.rejected(id).await.unwrap().into_iter()
            .map(|found| found.person).collect();
        assert_eq!(left, [Some("u-2".to_owned())]);
    }

    async fn r35_texts_are_sealed_and_erased_with_their_person(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("u-1", "a@example.com"), ("u-2", "b@example.com")])).await;
        for (stream, person) in [("users", "u-1"), ("sign_ins", "a@example.com"), ("meetings", "")] {
            setup.apply(&lease, SyncWrite::Rejected(rejected(stream, "no time", person))).await;
        }
        setup.apply(&lease, SyncWrite::Rejected(rejected("groups", "no id", "u-2"))).await;
        let texts = async |stream: &str| store.rejected_texts(id, stream, NO_DAYS).await.unwrap();
        assert_eq!(texts("users").await, [r#"{"canary":"u-1"}"#]);
        assert!(!store.dump().await.unwrap().contains("canary"));
        store.erase_person(id, "u-1", &Actor::Cli, NOW).await.unwrap();
        assert_eq!(texts("users").await, [""; 0]);
        assert_eq!(texts("sign_ins").await, [""; 0]);
        assert_eq!(texts("meetings").await, [""; 0], "it may be about this person");
        assert_eq!(texts("groups").await.len(), 1);
        let left: Vec<_> = store.rejected(id).await.unwrap().into_iter()
            .map(|found| found.stream).collect();
        assert_eq!(left, ["groups", "meetings"], "the count of the others stays");
    }
}
