//! Deleting what is old: history with its coverage, questions, the oldest part of the audit log.

use model::{Day, DayState, IntegrationId, KeptData, Retention};
use serde_json::json;
use store::{Actor, Answer, Error, QuestionFilter, QuestionId, SignInFilter, Store, SyncWrite};

use crate::history::{event, host_report, months, sign_in};
use crate::support::{NOW, Setup, day, on_both_engines, question, users};

fn covered(stream: &'static str, days: &[Day]) -> SyncWrite {
    SyncWrite::Coverage {
        stream,
        days: days.to_vec(),
        state: DayState::Complete,
        read_at: NOW,
    }
}

/// Two months of sign-ins and meetings of two people, one of whom has only old ones.
async fn two_months(setup: &Setup) -> (IntegrationId, store::Lease) {
    let (integration, lease) = setup.leased().await;
    let days: Vec<Day> = day("2026-01-01").to(day("2026-02-28")).collect();
    for write in [
        SyncWrite::SignIns(vec![
            sign_in("2026-01-05T08:00:00Z", "ann@example.com"),
            sign_in("2026-02-09T08:00:00Z", "ann@example.com"),
            sign_in("2026-02-10T08:00:00Z", "ann@example.com"),
            sign_in("2026-02-09T23:59:59Z", "bob@example.com"),
        ]),
        SyncWrite::Events(vec![
            event("e-1", "ann@example.com", "2026-01-05T08:00:00Z"),
            event("e-2", "bob@example.com", "2026-02-09T23:59:59Z"),
            event("e-3", "ann@example.com", "2026-02-10T00:00:00Z"),
        ]),
        SyncWrite::HostReports {
            from: day("2026-01-01"),
            to: day("2026-01-31"),
            hosts: vec![host_report("bob@example.com", 2)],
        },
        SyncWrite::HostReports {
            from: day("2026-02-01"),
            to: day("2026-02-28"),
            hosts: vec![host_report("ann@example.com", 3)],
        },
        covered("sign_ins", &days),
        covered("meetings", &days),
        covered("host_reports", &days),
    ] {
        setup.apply(&lease, write).await;
    }
    (integration.id, lease)
}

async fn hosted(store: &Store, id: IntegrationId) -> Vec<String> {
    let mut found = Vec::new();
    let (from, to) = (day("2025-01-01"), day("2026-12-31"));
    store
        .for_each_hosted(id, from, to, |host, _| found.push(host.to_owned()))
        .await
        .unwrap();
    found.sort();
    found
}

on_both_engines! {
    async fn old_sign_ins_go_and_their_days_become_unknown(setup) {
        let (id, _) = two_months(&setup).await;
        let store = &setup.store;
        let first = day("2026-02-10");
        assert!(store.delete_old_history(id, KeptData::SignIns, first, NOW).await.unwrap() > 0);
        let coverage = store.coverage(id, "sign_ins").await.unwrap();
        assert_eq!(coverage.days.keys().next(), Some(&first));
        assert_eq!(coverage.days.len(), 19);
        let left = months(store, id).await;
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].email.as_str(), left[0].month), ("ann@example.com", day("2026-02-01")));
        assert_eq!(left[0].days, 1 << 9);
        let page = store.sign_ins(id, &SignInFilter::default(), 9, None).await.unwrap();
        assert_eq!(page.items.len(), 1);
        let per_day = store.sign_ins_per_day(id, day("2026-01-01"), first).await.unwrap();
        assert_eq!(per_day.len(), 1);
        // Meetings have a setting of their own.
        assert_eq!(store.coverage(id, "meetings").await.unwrap().days.len(), 59);
        assert_eq!(hosted(store, id).await.len(), 3);
        let revision = store.integration(id).await.unwrap().unwrap().revision;
        assert_eq!(store.delete_old_history(id, KeptData::SignIns, first, NOW).await.unwrap(), 0);
        assert_eq!(store.integration(id).await.unwrap().unwrap().revision, revision);
    }

    async fn old_meetings_go_with_the_reports_that_are_wholly_old(setup) {
        let (id, _) = two_months(&setup).await;
        let store = &setup.store;
        store.delete_old_history(id, KeptData::Meetings, day("2026-02-10"), NOW).await.unwrap();
        assert_eq!(hosted(store, id).await, ["ann@example.com"]);
        for stream in ["meetings", "host_reports"] {
            let coverage = store.coverage(id, stream).await.unwrap();
            assert_eq!(coverage.days.keys().next(), Some(&day("2026-02-10")), "{stream}");
        }
        let reports = store.host_reports(id, day("2026-01-01"), day("2026-12-31")).await.unwrap();
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].from, day("2026-02-01"));
        assert_eq!(store.coverage(id, "sign_ins").await.unwrap().days.len(), 59);
    }

    async fn a_listing_that_began_before_the_deletion_covers_no_deleted_day(setup) {
        let (id, lease) = two_months(&setup).await;
        let store = &setup.store;
        let first = day("2026-02-10");
        store.delete_old_history(id, KeptData::SignIns, first, NOW).await.unwrap();
        let days = [day("2026-02-08"), day("2026-02-09"), first];
        setup.apply(&lease, covered("sign_ins", &days)).await;
        let known = store.coverage(id, "sign_ins").await.unwrap();
        assert_eq!(known.days.keys().next(), Some(&first));
        // One that begins later has read these days anew, because they are kept for longer now.
        let later = SyncWrite::Coverage {
            stream: "sign_ins",
            days: days.to_vec(),
            state: DayState::Complete,
            read_at: NOW.plus_seconds(1),
        };
        setup.apply(&lease, later).await;
        let known = store.coverage(id, "sign_ins").await.unwrap();
        assert_eq!(known.days.keys().next(), Some(&days[0]));
    }

    async fn only_questions_that_ended_long_ago_are_deleted(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("u-1", "ann@example.com"), ("u-2", "bob@example.com")])).await;
        let both = [question("dormant~licensed~u-1"), question("dormant~licensed~u-2")];
        store.create_questions(id, &both, &Actor::Cli, NOW).await.unwrap();
        store.answer_question(QuestionId(1), &Answer::Keep, "", None, None, NOW).await.unwrap();
        assert_eq!(store.delete_old_questions(id, NOW).await.unwrap(), 0);
        let revision = store.decision_revision(id).await.unwrap();
        assert_eq!(store.delete_old_questions(id, NOW.plus_seconds(1)).await.unwrap(), 1);
        assert!(store.decision_revision(id).await.unwrap() > revision);
        let left = store.questions(Some(id), &QuestionFilter::default()).await.unwrap();
        assert_eq!(left.iter().map(|question| question.id.0).collect::<Vec<_>>(), [2]);
        // Its answer stays in the history of the finding.
        let history = store.finding_history(id, "dormant~licensed~u-1").await.unwrap();
        assert!(!history.is_empty());
    }

    async fn s22_the_audit_log_is_verified_from_the_anchor_after_its_oldest_part_was_deleted(setup) {
        let store = &setup.store;
        for number in 1..=6 {
            let at = NOW.plus_seconds(number * 86_400);
            let detail = json!({ "number": number });
            store.record_audit_entry(&Actor::System, "test", "thing", &detail, at).await.unwrap();
        }
        let (before, now) = (NOW.plus_seconds(4 * 86_400), NOW.plus_seconds(9 * 86_400));
        assert_eq!(store.delete_old_audit(before, now).await.unwrap(), 3);
        assert_eq!(store.delete_old_audit(before, now).await.unwrap(), 0);
        assert_eq!(store.verify_audit().await.unwrap(), None);
        let anchor = store.audit_anchor().await.unwrap().unwrap();
        assert_eq!((anchor.entry, anchor.at), (3, NOW.plus_seconds(3 * 86_400)));
        let entries = store.audit(9, None).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [7, 6, 5, 4]);
        assert_eq!(entries[0].action, "audit.delete_old");
        assert!(entries[0].detail.contains(&anchor.hash));
        // More is missing than was deleted because of its age.
        setup.sql("DELETE FROM audit WHERE entry = 4").await;
        assert_eq!(store.verify_audit().await.unwrap(), Some(4));
    }

    async fn s22_a_changed_anchor_breaks_the_chain(setup) {
        let store = &setup.store;
        for number in 1..=3 {
            let at = NOW.plus_seconds(number);
            store.record_audit_entry(&Actor::System, "test", "thing", &json!({}), at).await.unwrap();
        }
        store.delete_old_audit(NOW.plus_seconds(2), NOW.plus_seconds(9)).await.unwrap();
        assert_eq!(store.verify_audit().await.unwrap(), None);
        setup.sql(
            "UPDATE named_values SET content = replace(content, '\"entry\":1', '\"entry\":2')
             WHERE name = 'audit_anchor'",
        ).await;
        assert_eq!(store.verify_audit().await.unwrap(), Some(2));
    }

    async fn the_setting_is_checked_stored_and_audited(setup) {
        let store = &setup.store;
        assert_eq!(store.retention().await.unwrap(), Retention::default());
        let mut wanted = Retention { sign_ins: Some(29), audit: Some(365), ..Retention::default() };
        let refused = store.set_retention(wanted, &Actor::Cli, NOW).await;
        assert!(matches!(refused, Err(Error::Field { .. })), "{refused:?}");
        wanted.sign_ins = Some(30);
        store.set_retention(wanted, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.retention().await.unwrap(), wanted);
        assert_eq!(store.audit(1, None).await.unwrap()[0].action, "retention.set");
    }
}
