//! Decisions, comments, settings of rules, and recorded findings.

use model::{FindingState, IntegrationId, Licence, Rule};
use serde_json::json;
use store::{Actor, DecisionScope, Error, FindingEventKind, NewDecision, QuestionState, Store};

use crate::support::{NOW, change, connect, day, field_of, on_both_engines, question};

const DORMANT: &str = "dormant~licensed~u-1";
const WEBINAR: &str = "addon_unused~webinar_500~u-2";
const POOL: &str = "addon_poolable~large_meeting_1000~";

fn exempt(finding: &str) -> NewDecision {
    NewDecision {
        until: Some(day("2026-12-31")),
        reason: "On parental leave".to_owned(),
        owner: "boss@example.com".to_owned(),
        ..NewDecision::new(finding, FindingState::Exempt)
    }
}

async fn kinds(store: &Store, id: IntegrationId, finding: &str) -> Vec<(FindingEventKind, String)> {
    store
        .finding_history(id, finding)
        .await
        .unwrap()
        .into_iter()
        .map(|event| (event.kind, event.text))
        .collect()
}

on_both_engines! {
    async fn a_decision_is_read_back_and_the_last_one_wins(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        assert_eq!(store.decisions(id).await.unwrap(), []);
        let before = store.decision_revision(id).await.unwrap();
        let accepted = NewDecision {
            assignee: "ann@example.com".to_owned(),
            ..NewDecision::new(POOL, FindingState::Accepted)
        };
        let both = [exempt(DORMANT), accepted];
        store.decide(id, &both, &Actor::Cli, NOW).await.unwrap();
        assert!(store.decision_revision(id).await.unwrap() > before);
        let decisions = store.decisions(id).await.unwrap();
        let (pool, dormant) = (&decisions[0], &decisions[1]);
        assert_eq!((pool.rule, pool.user_key.as_deref()), (Rule::AddonPoolable, None));
        assert_eq!(pool.licence, Licence::sized("large_meeting", 1000));
        assert_eq!(dormant.user_key.as_deref(), Some("u-1"));
        assert_eq!((dormant.rule, dormant.state), (Rule::Dormant, FindingState::Exempt));
        assert_eq!(dormant.until, Some(day("2026-12-31")));
        assert_eq!((dormant.by.as_str(), dormant.at), ("cli", NOW));
        assert_eq!(dormant.owner, "boss@example.com");
        // A new decision keeps the assignee.
        let again = NewDecision {
            scope: DecisionScope::Finding,
            ..NewDecision::new(POOL, FindingState::Kept)
        };
        store.decide(id, &[again], &Actor::System, NOW).await.unwrap();
        let pool = &store.decisions(id).await.unwrap()[0];
        assert_eq!((pool.state, pool.assignee.as_str()), (FindingState::Kept, "ann@example.com"));
        assert_eq!(kinds(store, id, POOL).await.len(), 2);
    }

    async fn one_invalid_decision_leaves_all_findings_undecided(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let wrong = |change: fn(&mut NewDecision)| {
            let mut decision = exempt(DORMANT);
            change(&mut decision);
            [exempt(WEBINAR), decision]
        };
        let cases: [(&str, [NewDecision; 2]); 8] = [
            ("decisions[1].until", wrong(|decision| decision.until = None)),
            ("decisions[1].until", wrong(|decision| decision.until = Some(day("2026-03-01")))),
            ("decisions[1].reason", wrong(|decision| decision.reason = " ".into())),
            ("decisions[1].reason", wrong(|decision| decision.reason = "x".repeat(5000))),
            ("decisions[1].state", wrong(|decision| decision.state = FindingState::Open)),
            ("decisions[1].finding", wrong(|decision| decision.finding = "dormant".into())),
            ("decisions[1].finding", wrong(|decision| decision.finding = "asleep~licensed~u".into())),
            ("decisions[1].scope", wrong(|decision| {
                decision.scope = DecisionScope::User;
                decision.finding = POOL.into();
            })),
        ];
        for (field, decisions) in cases {
            let error = store.decide(id, &decisions, &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
        }
        assert_eq!(store.decisions(id).await.unwrap(), []);
        let nobody = store.decide(IntegrationId(9), &[exempt(DORMANT)], &Actor::Cli, NOW).await;
        assert!(matches!(nobody.unwrap_err(), Error::NotFound { .. }));
    }

    async fn assigning_decides_nothing_and_reopening_clears_everything(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let findings = [DORMANT.to_owned(), WEBINAR.to_owned()];
        store.assign(id, &findings, "ann@example.com", &Actor::Cli, NOW).await.unwrap();
        let decisions = store.decisions(id).await.unwrap();
        assert!(decisions.iter().all(|decision| decision.state == FindingState::Open));
        store.assign(id, &findings[1..], "", &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.decisions(id).await.unwrap().len(), 1);

        store.accept_findings(id, &[change(WEBINAR)], None, &Actor::Cli, NOW).await.unwrap();
        let asked = store.create_questions(id, &[question(DORMANT)], &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.decisions(id).await.unwrap().len(), 2);
        let undone = store.reopen(id, &findings, None, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(undone, 2);
        let left = store.decisions(id).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].finding.as_str(), left[0].assignee.as_str()), (DORMANT, "ann@example.com"));
        assert_eq!(left[0].state, FindingState::Open);
        assert_eq!(store.ledger(id).await.unwrap(), []);
        let change = &store.changes(id, &store::ChangeFilter::default()).await.unwrap()[0];
        assert_eq!(change.state, store::ChangeState::Skipped);
        let question = store.question(asked[0]).await.unwrap().unwrap();
        assert_eq!(question.state, QuestionState::Closed);
        assert_eq!(store.reopen(id, &findings, None, &Actor::Cli, NOW).await.unwrap(), 0);
        assert!(kinds(store, id, DORMANT).await.contains(
            &(FindingEventKind::Reopening, "Reopened".to_owned())));
    }

    async fn all_events_of_a_finding_are_in_one_timeline(setup) {
        use FindingEventKind::{Change, Comment, Decision, Question};
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        store.comment(id, DORMANT, " Who is that? ", &Actor::Cli, NOW).await.unwrap();
        store.decide(id, &[exempt(DORMANT)], &Actor::Cli, NOW).await.unwrap();
        store.create_questions(id, &[question(DORMANT)], &Actor::Cli, NOW).await.unwrap();
        store.accept_findings(id, &[change(DORMANT)], None, &Actor::Cli, NOW).await.unwrap();
        let all = kinds(store, id, DORMANT).await;
        let kinds: Vec<_> = all.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Comment, Decision, Question, Change]);
        assert_eq!(all[0].1, "Who is that?");
        assert_eq!(all[1].1, "Exempt until 31 December 2026: On parental leave");
        let empty = store.comment(id, DORMANT, "\n", &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&empty), "text");
    }

    async fn the_audit_log_contains_the_actor_and_no_erasable_person(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let invited = "pending_seat~licensed~new@example.com";
        store.decide(id, &[exempt(DORMANT), exempt(invited)], &Actor::Cli, NOW).await.unwrap();
        let entry = store.audit(1, None).await.unwrap().remove(0);
        assert_eq!((entry.action.as_str(), entry.actor.as_str()), ("finding.decide", "cli"));
        assert!(entry.detail.contains(DORMANT) && entry.detail.contains(r#""count":2"#));
        assert!(!entry.detail.contains("new@example.com"), "{}", entry.detail);
        assert!(!entry.detail.contains("parental"), "{}", entry.detail);
        assert_eq!(store.verify_audit().await.unwrap(), None);
    }

    async fn thousands_of_findings_are_decided_at_once(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let many: Vec<NewDecision> =
            (0..3000).map(|n| exempt(&format!("dormant~licensed~u-{n}"))).collect();
        store.decide(id, &many, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.decisions(id).await.unwrap().len(), 3000);
        // Of two decisions on one finding, the last one is stored.
        let twice = [exempt(DORMANT), NewDecision::new(DORMANT, FindingState::Kept)];
        store.decide(id, &twice, &Actor::Cli, NOW).await.unwrap();
        let decisions = store.decisions(id).await.unwrap();
        let dormant = decisions.iter().find(|decision| decision.finding == DORMANT).unwrap();
        assert_eq!(dormant.state, FindingState::Kept);
    }

    async fn settings_of_rules_are_stored_in_versions_with_reasons(setup) {
        let store = &setup.store;
        assert_eq!(store.rule_settings().await.unwrap(), None);
        let one = json!({ "rules": { "dormant": { "days": 90 } } }).to_string();
        assert_eq!(store.set_rule_settings(&one, "Too early", &Actor::Cli, NOW).await.unwrap(), 1);
        assert_eq!(store.set_rule_settings("{}", " Back ", &Actor::Cli, NOW).await.unwrap(), 2);
        let now = store.rule_settings().await.unwrap().unwrap();
        assert_eq!((now.version, now.json.as_str(), now.reason.as_str()), (2, "{}", "Back"));
        let all = store.rule_settings_history(10).await.unwrap();
        assert_eq!((all.len(), all[1].json.as_str()), (2, one.as_str()));
        for (document, reason, field) in [
            ("[]", "why", "settings"),
            ("{", "why", "settings"),
            ("{}", "", "reason"),
            ("{}", &"x".repeat(3000), "reason"),
        ] {
            let error = store.set_rule_settings(document, reason, &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
        }
    }

    async fn new_findings_differ_from_recorded_ones(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let findings = [DORMANT.to_owned(), POOL.to_owned()];
        let first = store.record_findings(id, &findings, NOW).await.unwrap();
        assert_eq!(first.appeared, [POOL, DORMANT]);
        let same = store.record_findings(id, &findings, NOW.plus_seconds(5)).await.unwrap();
        assert_eq!(same, store::SeenFindings::default());
        let other = [DORMANT.to_owned(), WEBINAR.to_owned()];
        let next = store.record_findings(id, &other, NOW.plus_seconds(9)).await.unwrap();
        assert_eq!((next.appeared, next.gone), (vec![WEBINAR.to_owned()], vec![POOL.to_owned()]));
        let noted = store.recorded_findings(id).await.unwrap();
        assert_eq!(noted[1], (DORMANT.to_owned(), NOW));
    }

    async fn values_of_jobs_are_stored_by_integration(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        store.set_job_value(None, "digest", Some("2026-03-01")).await.unwrap();
        store.set_job_value(Some(id), "digest", Some("{}")).await.unwrap();
        assert_eq!(store.job_value(None, "digest").await.unwrap().as_deref(), Some("2026-03-01"));
        assert_eq!(store.job_value(Some(id), "digest").await.unwrap().as_deref(), Some("{}"));
        store.set_job_value(None, "digest", None).await.unwrap();
        assert_eq!(store.job_value(None, "digest").await.unwrap(), None);
        let gone = store.set_job_value(Some(IntegrationId(9)), "digest", None).await.unwrap_err();
        assert!(matches!(gone, Error::NotFound { .. }));
        assert_eq!(store.question_template().await.unwrap(), None);
        assert_eq!(store.feed_token_hash().await.unwrap(), None);
    }
}
