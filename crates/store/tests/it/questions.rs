//! Questions to employees, their answers, and decisions about the same findings.

use model::{FindingState, IntegrationId};
use store::{
    Actor, Answer, ChangeFilter, ChangeState, NewMessage, OnSilence, QuestionAction,
    QuestionFilter, QuestionId, QuestionState, Store,
};

use crate::support::{NOW, change, connect, day, field_of, mail, on_both_engines, question};

const DAY: i64 = 86_400;
const ONE: &str = "dormant~licensed~u-1";
const TWO: &str = "over_licensed~licensed~u-2";

async fn state_of(store: &Store, id: IntegrationId, finding: &str) -> Option<FindingState> {
    let decisions = store.decisions(id).await.unwrap();
    let decision = decisions
        .into_iter()
        .find(|decision| decision.finding == finding);
    decision.map(|decision| decision.state)
}

async fn asked(store: &Store, id: IntegrationId, finding: &str) -> QuestionId {
    let new = [question(finding)];
    let ids = store
        .create_questions(id, &new, &Actor::Cli, NOW)
        .await
        .unwrap();
    assert!(
        store
            .mark_question_sent(ids[0], Some(&mail(&format!("ask-{}", ids[0]))), NOW)
            .await
            .unwrap()
    );
    ids[0]
}

async fn due(store: &Store, seconds: i64) -> Vec<(QuestionId, QuestionAction)> {
    let due = store
        .due_questions(NOW.plus_seconds(seconds), 10)
        .await
        .unwrap();
    due.into_iter()
        .map(|(question, due)| (question.id, due))
        .collect()
}

on_both_engines! {
    async fn a_question_is_sent_reminded_and_ended_at_its_times(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let new = [question(ONE), question(TWO)];
        let ids = store.create_questions(id, &new, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(due(store, 0).await, [(ids[0], QuestionAction::Send), (ids[1], QuestionAction::Send)]);
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Asked));
        // A user is asked once about one licence, for any finding.
        let again = [question("attendee_only~licensed~u-1")];
        assert_eq!(store.create_questions(id, &again, &Actor::Cli, NOW).await.unwrap(), []);

        assert!(store.mark_question_sent(ids[0], Some(&mail("a")), NOW).await.unwrap());
        assert!(!store.mark_question_sent(ids[0], Some(&mail("b")), NOW).await.unwrap());
        assert_eq!(store.messages(9, None).await.unwrap().len(), 1);
        assert!(store.close_question(ids[1], &Actor::Cli, NOW).await.unwrap());
        assert!(!store.close_question(ids[1], &Actor::Cli, NOW).await.unwrap());
        assert_eq!(state_of(store, id, TWO).await, None);

        assert_eq!(due(store, 5 * DAY - 1).await, []);
        assert_eq!(due(store, 5 * DAY).await, [(ids[0], QuestionAction::Remind)]);
        let reminder = NOW.plus_seconds(5 * DAY);
        assert!(store.mark_question_reminded(ids[0], Some(&mail("c")), reminder).await.unwrap());
        assert!(!store.mark_question_reminded(ids[0], Some(&mail("d")), reminder).await.unwrap());
        assert_eq!(due(store, 10 * DAY - 1).await, []);
        assert_eq!(due(store, 10 * DAY).await, [(ids[0], QuestionAction::EndUnanswered)]);
        let silence = NOW.plus_seconds(10 * DAY);
        assert!(store.end_unanswered_question(ids[0], Some(&change(ONE)), silence).await.unwrap());
        assert!(!store.end_unanswered_question(ids[0], None, silence).await.unwrap());
        assert_eq!(due(store, 99 * DAY).await, []);
        // This question accepts the finding when it is not answered.
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Accepted));
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap().len(), 1);
        let question = store.question(ids[0]).await.unwrap().unwrap();
        assert_eq!((question.state, question.answer), (QuestionState::Silent, None));
        assert_eq!(store.messages(9, None).await.unwrap().len(), 2);
    }

    async fn an_unanswered_question_reopens_the_finding_unless_it_accepts_by_default(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let mut quiet = question(ONE);
        quiet.on_silence = OnSilence::Nothing;
        quiet.silence_at = None;
        quiet.remind_at = None;
        let never_sent = question(TWO);
        let ids = store.create_questions(id, &[quiet, never_sent], &Actor::Cli, NOW).await.unwrap();
        store.mark_question_sent(ids[0], None, NOW).await.unwrap();
        let late = NOW.plus_seconds(14 * DAY);
        assert_eq!(due(store, 14 * DAY).await, [(ids[1], QuestionAction::EndUnanswered), (ids[0], QuestionAction::EndUnanswered)]);
        for id in &ids {
            assert!(store.end_unanswered_question(*id, Some(&change(ONE)), late).await.unwrap());
        }
        // A question that was never sent accepts nothing.
        assert_eq!(state_of(store, id, TWO).await, None);
        assert_eq!(state_of(store, id, ONE).await, None);
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap(), []);
    }

    async fn an_answer_counts_once_and_in_time(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let (one, two) = (asked(store, id, ONE).await, asked(store, id, TWO).await);
        let keep = Answer::Keep;
        assert!(store.answer_question(one, &keep, "I host webinars", Some(&change(ONE)), None, NOW).await.unwrap());
        assert!(!store.answer_question(one, &Answer::GiveUp, "", None, None, NOW).await.unwrap());
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Kept));
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap(), []);
        let late = NOW.plus_seconds(14 * DAY);
        assert!(!store.answer_question(two, &keep, "", None, None, late).await.unwrap());
        let to = |to: &str| Answer::HandOver { to: to.to_owned() };
        let odd = store.answer_question(two, &to("Bob"), "", None, None, NOW).await.unwrap_err();
        assert_eq!(field_of(&odd), "to");
        let bob = to("bob@example.com");
        assert!(store.answer_question(two, &bob, "", Some(&change(TWO)), None, NOW).await.unwrap());
        assert_eq!(state_of(store, id, TWO).await, Some(FindingState::Accepted));
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap().len(), 1);
        let question = store.question(two).await.unwrap().unwrap();
        assert_eq!((question.state, question.answer.clone()), (QuestionState::Answered, Some(bob)));
        assert_eq!(store.audit(1, None).await.unwrap()[0].actor, format!("question:{two}"));
        let history = store.finding_history(id, ONE).await.unwrap();
        let last = history.last().unwrap();
        assert_eq!(last.text, "Answered: keeps it: I host webinars");
        // Neither can be asked again so soon.
        let cooling = store.recent_answers(id, NOW).await.unwrap();
        assert_eq!(cooling.len(), 2);
        assert_eq!((cooling[0].user_key.as_str(), &cooling[0].answer), ("u-1", &Answer::Keep));
        assert_eq!(store.recent_answers(id, NOW.plus_seconds(1)).await.unwrap(), []);
        let answered = QuestionFilter { states: vec![QuestionState::Answered], ..QuestionFilter::default() };
        assert_eq!(store.questions(None, &answered).await.unwrap().len(), 2);
        let first = QuestionFilter { user_key: Some("u-1".to_owned()), limit: 5, ..answered };
        assert_eq!(store.questions(Some(id), &first).await.unwrap()[0].id, one);
        assert_eq!(store.questions(Some(IntegrationId(9)), &first).await.unwrap(), []);
    }

    async fn a_newer_decision_wins_over_answers_and_syncs(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let one = asked(store, id, ONE).await;
        let exempt = store::NewDecision {
            until: Some(day("2026-12-31")),
            reason: "Works at night".to_owned(),
            ..store::NewDecision::new(ONE, FindingState::Exempt)
        };
        store.decide(id, std::slice::from_ref(&exempt), &Actor::Cli, NOW).await.unwrap();
        // The question has ended, so its link is no longer valid.
        assert_eq!(store.question(one).await.unwrap().unwrap().state, QuestionState::Closed);
        assert!(!store.answer_question(one, &Answer::GiveUp, "", Some(&change(ONE)), None, NOW).await.unwrap());
        let until = Some(day("2026-06-30"));
        assert!(!store.answer_question(one, &Answer::Keep, "mine", None, until, NOW).await.unwrap());
        let held = store.decisions(id).await.unwrap().remove(0);
        assert_eq!((held.until, held.reason.as_str()), (exempt.until, "Works at night"));
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Exempt));
        assert_eq!(store.changes(id, &ChangeFilter::default()).await.unwrap(), []);
        // The other one can still be answered.
        let two = asked(store, id, TWO).await;
        assert!(!store.end_unanswered_question(two, None, NOW.plus_seconds(10 * DAY - 1)).await.unwrap());
        // A failed change leaves the list when its finding is reopened, and can be listed again.
        let failed = store.accept_findings(id, &[change(TWO)], None, &Actor::Cli, NOW).await.unwrap()[0];
        store.mark_change_running(id, failed, "{}", &Actor::Cli, NOW).await.unwrap();
        store.mark_change_failed(id, failed, "no seat", &Actor::Cli, NOW).await.unwrap();
        store.reopen(id, &[TWO.to_owned()], None, &Actor::Cli, NOW).await.unwrap();
        let next = store.accept_findings(id, &[change(TWO)], None, &Actor::Cli, NOW).await.unwrap()[0];
        assert_ne!(next, failed);
        assert_eq!(state_of(store, id, TWO).await, Some(FindingState::Accepted));
        // Made, then exempted, then the licence comes back: the exemption stays.
        store.mark_change_done(id, next, "", &Actor::Cli, NOW).await.unwrap();
        let exempt = store::NewDecision { finding: TWO.to_owned(), ..exempt };
        store.decide(id, &[exempt], &Actor::Cli, NOW).await.unwrap();
        assert!(store.mark_saving_lost(id, next, day("2026-03-09"), &Actor::System, NOW).await.unwrap());
        assert_eq!(state_of(store, id, TWO).await, Some(FindingState::Exempt));
    }

    async fn questions_and_changes_are_filtered_by_number(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let (one, two) = (asked(store, id, ONE).await, asked(store, id, TWO).await);
        let filter = QuestionFilter { ids: vec![two], ..QuestionFilter::default() };
        let found = store.questions(Some(id), &filter).await.unwrap();
        assert_eq!(found.into_iter().map(|question| question.id).collect::<Vec<_>>(), [two]);
        let all = store.questions(Some(id), &QuestionFilter::default()).await.unwrap();
        assert_eq!(all.into_iter().map(|question| question.id).collect::<Vec<_>>(), [two, one]);
    }

    async fn a_decision_takes_the_change_and_the_question_with_it(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let changes = [change(ONE), change(TWO)];
        let ids = store.accept_findings(id, &changes, None, &Actor::Cli, NOW).await.unwrap();
        store.mark_changes_exported(id, &ids[1..], "csv", &Actor::Cli, NOW).await.unwrap();
        let exempt = store::NewDecision {
            until: Some(day("2026-12-31")),
            reason: "Works at night".to_owned(),
            ..store::NewDecision::new(TWO, FindingState::Exempt)
        };
        let kept = store::NewDecision::new(ONE, FindingState::Kept);
        store.decide(id, &[kept, exempt], &Actor::Cli, NOW).await.unwrap();
        for change in store.changes(id, &ChangeFilter::default()).await.unwrap() {
            assert_eq!(change.state, ChangeState::Skipped);
            assert!(!store.mark_change_running(id, change.id, "{}", &Actor::Cli, NOW).await.unwrap());
        }
        assert_eq!(store.ledger(id).await.unwrap(), []);
        // A running change is not withdrawn, and the decision stays whatever its result is.
        let ids = store.accept_findings(id, &changes, None, &Actor::Cli, NOW).await.unwrap();
        for running in &ids {
            assert!(store.mark_change_running(id, *running, "{}", &Actor::Cli, NOW).await.unwrap());
        }
        let kept = [ONE, TWO].map(|finding| store::NewDecision::new(finding, FindingState::Kept));
        store.decide(id, &kept, &Actor::Cli, NOW).await.unwrap();
        assert!(!store.mark_change_running(id, ids[0], "{}", &Actor::Cli, NOW).await.unwrap());
        assert!(store.mark_change_done(id, ids[0], "", &Actor::Cli, NOW).await.unwrap());
        assert!(store.mark_change_failed(id, ids[1], "no answer", &Actor::Cli, NOW).await.unwrap());
        assert_eq!(state_of(store, id, ONE).await, Some(FindingState::Kept));
        let promised: Vec<_> = store.ledger(id).await.unwrap().iter().map(|entry| entry.change).collect();
        assert_eq!(promised, ids[..1]);
        // The open question is closed when the finding is accepted.
        let other = "dormant~licensed~u-3";
        let question = asked(store, id, other).await;
        store.accept_findings(id, &[change(other)], None, &Actor::Cli, NOW).await.unwrap();
        assert!(!store.answer_question(question, &Answer::Keep, "", None, None, NOW).await.unwrap());
        assert_eq!(due(store, 99 * DAY).await, []);
    }

    async fn a_kept_licence_is_kept_until_a_day(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let one = asked(store, id, ONE).await;
        let until = Some(day("2026-06-30"));
        assert!(store.answer_question(one, &Answer::Keep, "mine", None, until, NOW).await.unwrap());
        let kept = store.decisions(id).await.unwrap().remove(0);
        assert_eq!((kept.state, kept.until, kept.reason.as_str()), (FindingState::Kept, until, "mine"));
    }

    async fn a_comment_reaches_all_findings_or_none(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let mut findings: Vec<String> = (0..150).map(|user| format!("dormant~licensed~u-{user}")).collect();
        store.comment_all(id, &findings, "Seen", &Actor::Cli, NOW).await.unwrap();
        for finding in &findings {
            assert_eq!(store.finding_history(id, finding).await.unwrap()[0].text, "Seen");
        }
        findings.push("nonsense".to_owned());
        let error = store.comment_all(id, &findings, "Again", &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "findings[150].finding");
        assert_eq!(store.finding_history(id, &findings[0]).await.unwrap().len(), 1);
    }

    async fn one_of_two_concurrent_answers_is_stored(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let one = asked(store, id, ONE).await;
        let other = setup.other().await;
        let (a, b) = tokio::join!(
            store.answer_question(one, &Answer::Keep, "", None, None, NOW),
            other.answer_question(one, &Answer::GiveUp, "", None, None, NOW),
        );
        assert!(a.unwrap() != b.unwrap());
    }

    async fn questions_are_validated_before_any_is_created(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let wrong = |change: fn(&mut store::NewQuestion)| {
            let mut wrong = question(TWO);
            change(&mut wrong);
            [question(ONE), wrong]
        };
        let cases = [
            ("questions[1].email", wrong(|question| question.email = "u-2".into())),
            ("questions[1].expires_at", wrong(|question| question.expires_at = NOW)),
            ("questions[1].remind_at", wrong(|question| question.remind_at = Some(NOW.plus_seconds(99 * DAY)))),
            ("questions[1].finding", wrong(|question| question.finding = "addon_poolable~webinar_500~".into())),
            ("questions[1].message", wrong(|question| question.message = "x".repeat(10_001))),
        ];
        for (field, requests) in cases {
            let error = store.create_questions(id, &requests, &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
        }
        assert_eq!(store.questions(None, &QuestionFilter::default()).await.unwrap(), []);
    }

    async fn a_question_stays_waiting_when_its_mail_cannot_be_queued(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let ids = store.create_questions(id, &[question(ONE)], &Actor::Cli, NOW).await.unwrap();
        let wrong = NewMessage { recipient: String::new(), ..mail("x") };
        let error = store.mark_question_sent(ids[0], Some(&wrong), NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "recipient");
        assert_eq!(due(store, 0).await, [(ids[0], QuestionAction::Send)]);
    }
}
