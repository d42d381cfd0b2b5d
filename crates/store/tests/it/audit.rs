//! The audit log and its chain.

use serde_json::json;
use store::{Actor, Store};

use crate::support::{NOW, connect, on_both_engines};

async fn five_entries(store: &Store) {
    for number in 1..=5 {
        let detail = json!({ "number": number });
        store
            .record_audit_entry(
                &Actor::System,
                "test.happen",
                &format!("thing:{number}"),
                &detail,
                NOW,
            )
            .await
            .unwrap();
    }
    assert_eq!(store.verify_audit().await.unwrap(), None);
}

on_both_engines! {
    async fn entries_contain_actor_and_action_newest_first(setup) {
        let store = &setup.store;
        assert_eq!(store.verify_audit().await.unwrap(), None);
        five_entries(store).await;
        connect(store, "account-1").await;
        let entries = store.audit(2, None).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [6, 5]);
        assert_eq!(entries[0].actor, "cli");
        assert_eq!(entries[0].action, "integration.connect");
        assert_eq!(entries[0].target, "integration:1");
        assert!(!entries[0].detail.contains("secret"));
        assert_eq!(entries[1].detail, r#"{"number":5}"#);
        let older = store.audit(10, Some(5)).await.unwrap();
        assert_eq!(older.iter().map(|entry| entry.id).collect::<Vec<_>>(), [4, 3, 2, 1]);
    }

    async fn s22_a_changed_entry_is_detected(setup) {
        five_entries(&setup.store).await;
        setup.sql("UPDATE audit SET actor = 'cli' WHERE entry = 3").await;
        assert_eq!(setup.store.verify_audit().await.unwrap(), Some(3));
    }

    async fn s22_text_moved_between_columns_is_detected(setup) {
        five_entries(&setup.store).await;
        setup.sql("UPDATE audit SET actor = 'systemt', action = 'est.happen' WHERE entry = 2").await;
        assert_eq!(setup.store.verify_audit().await.unwrap(), Some(2));
    }

    async fn s22_a_missing_entry_is_detected_in_the_middle_and_at_the_end(setup) {
        five_entries(&setup.store).await;
        setup.sql("DELETE FROM audit WHERE entry = 5").await;
        assert_eq!(setup.store.verify_audit().await.unwrap(), Some(5));
        setup.sql("DELETE FROM audit WHERE entry = 2").await;
        assert_eq!(setup.store.verify_audit().await.unwrap(), Some(2));
    }

    async fn entries_of_several_processes_form_one_chain(setup) {
        let others = [setup.other().await, setup.other().await, setup.other().await];
        let tasks: Vec<_> = (0..30)
            .map(|number| {
                let store = others[number % 3].clone();
                tokio::spawn(async move {
                    let detail = json!({ "number": number });
                    store.record_audit_entry(&Actor::Cli, "test", "thing", &detail, NOW).await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(setup.store.verify_audit().await.unwrap(), None);
        assert_eq!(setup.store.audit(100, None).await.unwrap().len(), 30);
    }
}
