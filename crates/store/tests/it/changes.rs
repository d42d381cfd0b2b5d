//! Accepting findings, the change list, its journal and the ledger.

use model::{FindingState, IntegrationId, Licence, Money};
use store::{Actor, ChangeAccess, ChangeFilter, ChangeState, NewComment, Store};

use crate::support::{NOW, change, connect, day, field_of, on_both_engines, question};

const ONE: &str = "dormant~licensed~u-1";
const TWO: &str = "over_licensed~licensed~u-2";

async fn state_of(store: &Store, id: IntegrationId, finding: &str) -> Option<FindingState> {
    let decisions = store.decisions(id).await.unwrap();
    let decision = decisions
        .into_iter()
        .find(|decision| decision.finding == finding);
    decision.map(|decision| decision.state)
}

on_both_engines! {
    async fn a_change_is_listed_made_and_undone_with_a_journal(setup) {
        use ChangeState::{Done, Exported, Failed, Listed, Running, Undone};
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let ids = store.accept_findings(id, &[change(ONE), change(TWO)], None, &Actor::Cli, NOW).await.unwrap();
        // Listed once, however often it is accepted.
        assert_eq!(store.accept_findings(id, &[change(ONE)], None, &Actor::Cli, NOW).await.unwrap(), ids[..1]);
        let changes = store.changes(id, &ChangeFilter::default()).await.unwrap();
        assert_eq!(changes.len(), 2);
        let first = &changes[1];
        assert_eq!((first.id, first.state), (ids[0], Listed));
        assert_eq!((first.licence.clone(), first.user_key.as_deref()), (Licence::base("licensed"), Some("u-1")));
        assert_eq!((first.from.as_str(), first.to.as_str()), ("pro", "basic"));
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Accepted));
        let ledger = store.ledger(id).await.unwrap();
        assert_eq!((ledger.len(), ledger[1].promised_on), (2, NOW.day()));
        assert_eq!(ledger[1].promised.unwrap().decimal(), "150.00");

        assert_eq!(store.mark_changes_exported(id, &ids, "csv", &Actor::Cli, NOW).await.unwrap(), 2);
        let before = r#"{"type":2}"#;
        assert!(store.mark_change_running(id, ids[0], before, &Actor::Cli, NOW).await.unwrap());
        assert!(store.mark_change_failed(id, ids[0], "no answer", &Actor::Cli, NOW).await.unwrap());
        assert!(store.mark_change_running(id, ids[0], r#"{"type":1}"#, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.mark_change_undone(id, ids[0], "", &Actor::Cli, NOW).await.unwrap());
        assert!(store.mark_change_done(id, ids[0], "now Basic", &Actor::Cli, NOW).await.unwrap());
        assert!(!store.mark_change_running(id, ids[0], before, &Actor::Cli, NOW).await.unwrap());
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Done));
        let done = ChangeFilter { states: vec![Done], ..ChangeFilter::default() };
        let change = &store.changes(id, &done).await.unwrap()[0];
        // Undoing restores the values from before the first attempt.
        assert_eq!(change.before_json.as_deref(), Some(before));
        assert_eq!((change.executed_at, change.result.as_str()), (Some(NOW), "now Basic"));

        let tomorrow = day("2026-03-03");
        assert!(store.mark_saving_realised(id, ids[0], tomorrow, &Actor::System, NOW).await.unwrap());
        assert!(!store.mark_saving_realised(id, ids[0], tomorrow, &Actor::System, NOW).await.unwrap());
        assert!(store.mark_change_undone(id, ids[0], "given back", &Actor::Cli, NOW).await.unwrap());
        assert_eq!(state_of(store, id, ONE).await, None);
        let ledger = store.ledger(id).await.unwrap();
        assert_eq!((ledger[1].realised_on, ledger[1].lost_on), (Some(tomorrow), Some(NOW.day())));
        let states: Vec<ChangeState> = store.change_journal(id, ids[0]).await.unwrap()
            .into_iter().map(|entry| entry.state).collect();
        assert_eq!(states, [Listed, Exported, Running, Failed, Running, Done, Undone]);
        assert_eq!(store.verify_audit().await.unwrap(), None);
    }

    async fn a_skipped_change_loses_its_promise(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let ids = store.accept_findings(id, &[change(ONE)], None, &Actor::Cli, NOW).await.unwrap();
        assert!(store.mark_change_skipped(id, ids[0], "has a meeting tomorrow", &Actor::System, NOW).await.unwrap());
        assert_eq!(store.ledger(id).await.unwrap(), []);
        assert_eq!(state_of(store, id, ONE).await, None);
        // Accepted again, it is a new change.
        let next = store.accept_findings(id, &[change(ONE)], None, &Actor::Cli, NOW).await.unwrap();
        assert_ne!(next, ids);
        let only = ChangeFilter { ids: next.clone(), ..ChangeFilter::default() };
        assert_eq!(store.changes(id, &only).await.unwrap().len(), 1);
        let older = ChangeFilter { before: Some(next[0]), ..ChangeFilter::default() };
        assert_eq!(store.changes(id, &older).await.unwrap()[0].id, ids[0]);
    }

    async fn a_licence_that_comes_back_is_a_lost_saving_and_an_open_finding(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let ids = store.accept_findings(id, &[change(ONE)], None, &Actor::Cli, NOW).await.unwrap();
        store.mark_change_done(id, ids[0], "made by hand", &Actor::Cli, NOW).await.unwrap();
        store.mark_saving_realised(id, ids[0], day("2026-03-04"), &Actor::System, NOW).await.unwrap();
        assert!(store.mark_saving_lost(id, ids[0], day("2026-03-09"), &Actor::System, NOW).await.unwrap());
        assert!(!store.mark_saving_lost(id, ids[0], day("2026-03-10"), &Actor::System, NOW).await.unwrap());
        assert_eq!(store.ledger(id).await.unwrap()[0].lost_on, Some(day("2026-03-09")));
        assert_eq!(state_of(store, id, ONE).await, None);
    }

    async fn hundreds_of_questions_and_changes_are_created_at_once(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let finding = |n: usize| format!("dormant~licensed~u-{n}");
        let listed: Vec<_> = (0..1200).map(|n| change(&finding(n))).collect();
        let ids = store.accept_findings(id, &listed, None, &Actor::Cli, NOW).await.unwrap();
        assert!(ids.is_sorted() && ids.len() == 1200);
        // In the order given, also for findings that are on the list or given twice.
        let some = [change(&finding(700)), change(&finding(9000)), change(&finding(3)), change(&finding(9000))];
        let again = store.accept_findings(id, &some, None, &Actor::Cli, NOW).await.unwrap();
        assert_eq!((again[0], again[2]), (ids[700], ids[3]));
        assert!(again[1] > ids[1199] && again[1] == again[3]);
        assert_eq!(store.ledger(id).await.unwrap().len(), 1201);
        let requests: Vec<_> = (0..1200).map(|n| question(&finding(n % 1100))).collect();
        let asked = store.create_questions(id, &requests, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(asked.len(), 1100);
        assert_eq!(store.create_questions(id, &requests, &Actor::Cli, NOW).await.unwrap(), []);
    }

    async fn changes_are_validated_before_any_is_listed(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let mut wrong = change(TWO);
        wrong.saving = Some(Money { minor: i64::MAX, currency: "EUR".parse().unwrap() });
        let error = store.accept_findings(id, &[change(ONE), wrong], None, &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "changes[1].saving");
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap(), []);
        let mut long = change(TWO);
        long.evidence_json = "x".repeat(70_000);
        let error = store.accept_findings(id, &[long], None, &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "changes[0].evidence");
    }

    async fn change_access_is_deleted_with_the_connection(setup) {
        use secrecy::ExposeSecret as _;
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        assert!(store.write_access(id).await.unwrap().is_none());
        let access = ChangeAccess {
            client_id: "writer".to_owned(),
            client_secret: "write-secret".into(),
            account_id: "account-1".to_owned(),
        };
        store.set_write_access(id, &access, &Actor::Cli, NOW).await.unwrap();
        let stored = store.write_access(id).await.unwrap().unwrap();
        assert_eq!(stored.client_secret.expose_secret(), "write-secret");
        assert!(!format!("{stored:?}").contains("write-secret"));
        assert!(store.remove_write_access(id, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.remove_write_access(id, &Actor::Cli, NOW).await.unwrap());
        store.set_write_access(id, &access, &Actor::Cli, NOW).await.unwrap();
        store.disconnect(id, false, &Actor::Cli, NOW).await.unwrap();
        assert!(store.write_access(id).await.unwrap().is_none());
        let empty = ChangeAccess { client_secret: "".into(), ..access };
        let error = store.set_write_access(id, &empty, &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "client_secret");
    }

    async fn a_comment_and_its_acceptance_are_stored_together_or_not_at_all(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let findings = [ONE.to_owned()];
        let long = "x".repeat(10_001);
        let too_long = Some(NewComment { findings: &findings, text: &long });
        let error = store.accept_findings(id, &[change(ONE)], too_long, &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "text");
        assert_eq!(state_of(store, id, ONE).await, None);
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap(), []);
        let comment = NewComment { findings: &findings, text: " Agreed with Ann " };
        store.accept_findings(id, &[change(ONE)], Some(comment), &Actor::Cli, NOW).await.unwrap();
        let error = store.reopen(id, &findings, too_long, &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "text");
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Accepted));
        let comment = NewComment { findings: &findings, text: "Ann is back" };
        assert_eq!(store.reopen(id, &findings, Some(comment), &Actor::Cli, NOW).await.unwrap(), 1);
        let texts: Vec<String> = store.finding_history(id, ONE).await.unwrap().into_iter().map(|event| event.text).collect();
        assert_eq!(texts, ["On the change list", "Agreed with Ann", "Ann is back", "Reopened"]);
        let actions: Vec<String> = store.audit(4, None).await.unwrap().into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, ["finding.reopen", "finding.comment", "finding.comment", "change.list"]);
    }
}
