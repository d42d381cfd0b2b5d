//! Rows about decisions on an integration, for tests of erasing.

use model::IntegrationId;
use store::{Actor, Store, SyncWrite};

use crate::support::{NOW, change, mail, question};

/// Rows in every table about decisions on an integration, all about this user.
pub(crate) async fn decide_everything(store: &Store, id: IntegrationId, key: &str, email: &str) {
    let actor = &Actor::Cli;
    let finding = |rule: &str| format!("{rule}~licensed~{key}");
    let contract = store
        .add_contract(id, &crate::contracts::terms(), actor, NOW)
        .await
        .unwrap();
    store
        .attach(id, contract, "a.pdf", "application/pdf", b"x", actor, NOW)
        .await
        .unwrap();
    store
        .set_price(id, &crate::contracts::price("licensed"), actor, NOW)
        .await
        .unwrap();
    ask_and_accept(store, id, key, email).await;
    store
        .record_findings(id, &[finding("dormant")], NOW)
        .await
        .unwrap();
    store
        .comment(
            id,
            &finding("dormant"),
            &format!("I know {email}"),
            actor,
            NOW,
        )
        .await
        .unwrap();
    store
        .set_job_value(Some(id), "totals", Some("{}"))
        .await
        .unwrap();
    let access = store::ChangeAccess {
        client_id: "writer".to_owned(),
        client_secret: "write-secret".into(),
        account_id: "account".to_owned(),
    };
    store
        .set_write_access(id, &access, actor, NOW)
        .await
        .unwrap();
    let people = [email, "somebody@example.com"].map(|email| store::ImportedPerson {
        email: email.to_owned(),
        left_on: None,
    });
    store
        .import_people(id, &people, "people.csv", actor, NOW)
        .await
        .unwrap();
}

/// A question to this user, and a finding accepted onto the change list.
async fn ask_and_accept(store: &Store, id: IntegrationId, key: &str, email: &str) {
    let actor = &Actor::Cli;
    let finding = |rule: &str| format!("{rule}~licensed~{key}");
    let asked = store::NewQuestion {
        email: email.to_owned(),
        message: format!("Dear {email}"),
        ..question(&finding("dormant"))
    };
    let asked = store
        .create_questions(id, &[asked], actor, NOW)
        .await
        .unwrap();
    let mail = store::NewMessage {
        integration: Some(id),
        user_key: Some(key.to_owned()),
        recipient: email.to_owned(),
        payload: format!("Dear {email}").into(),
        ..mail(&format!("ask-{id}-{key}"))
    };
    for asked in asked {
        store
            .mark_question_sent(asked, Some(&mail), NOW)
            .await
            .unwrap();
    }
    let listed = store::NewChange {
        email: email.to_owned(),
        evidence_json: format!("[\"{email}\"]"),
        ..change(&finding("over_licensed"))
    };
    store
        .accept_findings(id, &[listed], None, actor, NOW)
        .await
        .unwrap();
}

/// Data that decisions need: an upcoming event and an assistant of this user.
pub(crate) fn ahead(key: &str) -> [SyncWrite; 2] {
    let event = model::UpcomingEvent {
        id: "ahead-1".to_owned(),
        host_id: key.to_owned(),
        kind: model::EventKind::Webinar,
        start: NOW.plus_seconds(3600),
    };
    [
        SyncWrite::Upcoming {
            from: NOW.day(),
            to: NOW.day().plus(30),
            events: vec![event],
        },
        SyncWrite::Delegations(vec![(key.to_owned(), 2)]),
    ]
}
