//! Serialised types have the form that the API answers.

use model::FindingState;
use serde_json::{Value, json};
use store::{
    Actor, Answer, ChangeFilter, FindingEventKind, NewComment, NewDecision, QuestionFilter,
};

use crate::support::{NOW, change, connect, day, mail, on_both_engines, question};

const FINDING: &str = "dormant~licensed~u-1";

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

on_both_engines! {
    async fn changes_and_the_ledger_are_written_as_the_api_answers_them(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let new = store::NewChange {
            email: "ann@example.com".to_owned(),
            evidence_json: "[{\"text\":\"Never signed in\"}]".to_owned(),
            ..change(FINDING)
        };
        let number = store.accept_findings(id, &[new], None, &Actor::Cli, NOW).await.unwrap()[0];
        let stored = store.changes(id, &ChangeFilter::default()).await.unwrap().remove(0);
        let expected = json!({
            "id": number.to_string(),
            "finding": FINDING,
            "user_id": "u-1",
            "email": "ann@example.com",
            "licence": "licensed",
            "from": stored.from,
            "to": stored.to,
            "state": "listed",
            "seats": stored.seats,
            "evidence": [{ "text": "Never signed in" }],
            "saving": { "amount": 150.0, "currency": "EUR" },
            "seat_free_on": stored.seat_free_on.map(|day| day.to_string()),
            "invoice_lower_on": stored.invoice_lower_on.map(|day| day.to_string()),
            "decided_by": "cli",
            "decided_at": NOW.to_string(),
            "executed_at": null,
            "result": null,
        });
        assert_eq!(json(&stored), expected);
        let text = serde_json::to_string(&stored).unwrap();
        assert!(text.contains("\"amount\":150.00,"), "{text}");
        assert_eq!(
            json(&store.change_journal(id, number).await.unwrap()),
            json!([{ "at": NOW.to_string(), "actor": "cli", "state": "listed", "text": "" }])
        );
        let entry = json(&store.ledger(id).await.unwrap()[0]);
        assert_eq!(entry["change_id"], number.to_string());
        assert_eq!(entry["state"], "promised");
        assert_eq!(entry["promised"], json!({ "amount": 150.0, "currency": "EUR" }));
        store.mark_change_running(id, number, "{}", &Actor::Cli, NOW).await.unwrap();
        store.mark_change_done(id, number, "done", &Actor::Cli, NOW).await.unwrap();
        store.mark_saving_realised(id, number, day("2026-03-03"), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(json(&store.ledger(id).await.unwrap()[0])["state"], "realised");
        store.mark_saving_lost(id, number, day("2026-03-04"), &Actor::Cli, NOW).await.unwrap();
        let lost = json(&store.ledger(id).await.unwrap()[0]);
        assert_eq!((&lost["state"], &lost["lost_on"]), (&json!("lost"), &json!("2026-03-04")));
    }

    async fn questions_are_written_as_the_api_answers_them(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let number = store.create_questions(id, &[question(FINDING)], &Actor::Cli, NOW).await.unwrap()[0];
        store.mark_question_sent(number, Some(&mail("ask-1")), NOW).await.unwrap();
        let to = "bob@example.com".to_owned();
        store.answer_question(number, &Answer::HandOver { to }, "", None, None, NOW).await.unwrap();
        let stored = store.questions(None, &QuestionFilter::default()).await.unwrap().remove(0);
        let expected = json!({
            "id": number.to_string(),
            "finding": FINDING,
            "user_id": "u-1",
            "email": stored.email,
            "licence": "licensed",
            "state": "answered",
            "created_by": "cli",
            "created_at": NOW.to_string(),
            "expires_at": stored.expires_at.to_string(),
            "on_silence": stored.on_silence.value(),
            "sent_at": NOW.to_string(),
            "reminded_at": null,
            "ended_at": NOW.to_string(),
            "answer": "hand_over",
            "handed_to": "bob@example.com",
            "note": null,
        });
        assert_eq!(json(&stored), expected);
    }

    async fn timelines_and_rules_are_written_as_the_api_answers_them(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let findings = [FINDING.to_owned()];
        let decision = NewDecision::new(FINDING, FindingState::Done);
        store.decide(id, &[decision], &Actor::Cli, NOW).await.unwrap();
        let comment = NewComment { findings: &findings, text: "Agreed" };
        store.reopen(id, &findings, Some(comment), &Actor::Cli, NOW).await.unwrap();
        let events = store.finding_history(id, FINDING).await.unwrap();
        assert_eq!(
            json(&events[1]),
            json!({ "at": NOW.to_string(), "actor": "cli", "kind": "comment", "text": "Agreed" })
        );
        for event in &events {
            assert_eq!(json(&event.kind), event.kind.value());
        }
        assert_eq!(json(&FindingEventKind::Question), "question");
        store.set_rule_settings("{\"rules\":{}}", "Test", &Actor::Cli, NOW).await.unwrap();
        assert_eq!(
            json(&store.rule_settings().await.unwrap().unwrap()),
            json!({ "version": 1, "settings": { "rules": {} }, "reason": "Test", "by": "cli", "at": NOW.to_string() })
        );
    }
}
