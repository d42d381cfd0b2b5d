//! Channels, the mail server, the outbox, jobs and signatures.

use secrecy::{ExposeSecret as _, SecretString};
use store::{
    Actor, ChannelKind, ChannelSettings, Error, MasterKey, MessageState, NewMessage,
    NotificationKind, QuestionTemplate, SmtpSecurity, SmtpSettings, Store, StoreOptions,
};

use crate::support::{NOW, TTL, connect, field_of, mail, on_both_engines};

fn smtp() -> SmtpSettings {
    SmtpSettings {
        host: "mail.example.com".to_owned(),
        port: 587,
        security: SmtpSecurity::StartTls,
        user: "seatwise".to_owned(),
        password: Some("smtp-password".into()),
        from: "licences@example.com".to_owned(),
    }
}

fn channel(kind: ChannelKind, target: &str) -> ChannelSettings {
    ChannelSettings {
        name: "Licence team".to_owned(),
        kind,
        target: target.into(),
        secret: Some("channel-secret".into()),
        events: vec![NotificationKind::NewFindings, NotificationKind::Digest],
        min_amount: Some(model::Money::parse("500", "EUR".parse().unwrap()).unwrap()),
        on: true,
    }
}

async fn take(store: &Store, holder: &str, seconds: i64) -> Vec<store::OutboxMessage> {
    let now = NOW.plus_seconds(seconds);
    store.take_messages(holder, now, TTL, 10).await.unwrap()
}

on_both_engines! {
    async fn the_mail_server_is_set_changed_and_removed(setup) {
        let store = &setup.store;
        assert!(store.smtp().await.unwrap().is_none());
        store.set_smtp(Some(&smtp()), &Actor::Cli, NOW).await.unwrap();
        let stored = store.smtp().await.unwrap().unwrap();
        assert_eq!((stored.host.as_str(), stored.port, stored.security), ("mail.example.com", 587, SmtpSecurity::StartTls));
        assert_eq!(stored.password.unwrap().expose_secret(), "smtp-password");
        let open = SmtpSettings { password: None, security: SmtpSecurity::None, port: 25, ..smtp() };
        store.set_smtp(Some(&open), &Actor::Cli, NOW).await.unwrap();
        assert!(store.smtp().await.unwrap().unwrap().password.is_none());
        store.set_smtp(None, &Actor::Cli, NOW).await.unwrap();
        assert!(store.smtp().await.unwrap().is_none());
        let cases = [
            ("host", SmtpSettings { host: " ".to_owned(), ..smtp() }),
            ("host", SmtpSettings { host: "mail server".to_owned(), ..smtp() }),
            ("port", SmtpSettings { port: 0, ..smtp() }),
            ("from", SmtpSettings { from: "Licences".to_owned(), ..smtp() }),
            ("user", SmtpSettings { user: "a\r\nb".to_owned(), ..smtp() }),
        ];
        for (field, wrong) in cases {
            let error = store.set_smtp(Some(&wrong), &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
        }
    }

    async fn channels_are_stored_with_sealed_secrets(setup) {
        let store = &setup.store;
        let hook = channel(ChannelKind::Webhook, "https://hooks.example.com/x");
        let id = store.add_channel(&hook, &Actor::Cli, NOW).await.unwrap();
        let stored = &store.channels().await.unwrap()[0];
        assert_eq!((stored.id, stored.settings.kind), (id, ChannelKind::Webhook));
        assert_eq!(stored.settings.target.expose_secret(), "https://hooks.example.com/x");
        assert_eq!(stored.settings.secret.as_ref().unwrap().expose_secret(), "channel-secret");
        assert_eq!(stored.settings.events, [NotificationKind::NewFindings, NotificationKind::Digest]);
        assert_eq!(stored.settings.min_amount, hook.min_amount);
        assert!(!store.audit(1, None).await.unwrap()[0].detail.contains("hooks.example.com"));
        let mut quiet = channel(ChannelKind::Email, "team@example.com");
        (quiet.secret, quiet.events, quiet.min_amount, quiet.on) = (None, Vec::new(), None, false);
        assert!(store.update_channel(id, &quiet, &Actor::Cli, NOW).await.unwrap());
        let stored = &store.channels().await.unwrap()[0].settings;
        assert!(!stored.on && stored.events.is_empty() && stored.secret.is_none());
        for (field, wrong) in [
            ("target", channel(ChannelKind::Email, "https://hooks.example.com/x")),
            ("target", channel(ChannelKind::Slack, "file:///etc/passwd")),
            ("target", channel(ChannelKind::Slack, "https://")),
            ("target", channel(ChannelKind::Teams, "https://a b")),
            ("name", ChannelSettings { name: String::new(), ..quiet.clone() }),
            ("secret", ChannelSettings { secret: Some("".into()), ..quiet.clone() }),
        ] {
            let error = store.add_channel(&wrong, &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
            assert!(!error.to_string().contains("hooks.example.com"));
        }
        let waiting = NewMessage { channel: Some(id), ..mail("waiting") };
        store.enqueue(&[waiting], NOW).await.unwrap();
        assert!(store.remove_channel(id, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.update_channel(id, &quiet, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.remove_channel(id, &Actor::Cli, NOW).await.unwrap());
        assert_eq!(take(store, "one", 0).await.len(), 0);
    }

    async fn a_message_is_queued_once_and_delivered_once(setup) {
        let store = &setup.store;
        let both = [mail("a"), mail("b"), mail("a")];
        assert_eq!(store.enqueue(&both, NOW).await.unwrap(), 2);
        assert_eq!(store.enqueue(&both, NOW).await.unwrap(), 0);
        let taken = take(store, "one", 0).await;
        assert_eq!(taken.iter().map(|message| message.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(taken[0].payload.expose_secret(), "the text of the mail");
        assert_eq!((taken[0].attempts, taken[0].recipient.as_str()), (0, "person@example.com"));
        assert_eq!(take(store, "two", 0).await.len(), 0);
        store.mark_message_delivered(taken[0].id, "one", NOW).await.unwrap();
        let twice = store.mark_message_delivered(taken[0].id, "one", NOW).await.unwrap_err();
        assert!(matches!(twice, Error::LeaseLost));
        let late = store.mark_message_failed(taken[1].id, "two", "x", None, NOW).await.unwrap_err();
        assert!(matches!(late, Error::LeaseLost));
        let again = NOW.plus_seconds(60);
        store.mark_message_failed(taken[1].id, "one", "no route", Some(again), NOW).await.unwrap();
        assert_eq!(take(store, "two", 59).await.len(), 0);
        let second = take(store, "two", 60).await;
        assert_eq!((second[0].id, second[0].attempts), (taken[1].id, 1));
        store.mark_message_failed(second[0].id, "two", &"é".repeat(9000), None, again).await.unwrap();
        assert_eq!(take(store, "two", 9999).await.len(), 0);
        let all = store.messages(9, None).await.unwrap();
        assert_eq!((all[0].state, all[0].attempts), (MessageState::Failed, 2));
        assert_eq!((all[1].state, all[1].ended_at), (MessageState::Delivered, Some(NOW)));
        assert_eq!(store.messages(9, Some(all[0].id)).await.unwrap(), all[1..]);
        assert!(store.retry_message(all[0].id, &Actor::Cli, again).await.unwrap());
        assert!(!store.retry_message(all[0].id, &Actor::Cli, again).await.unwrap());
        assert_eq!(take(store, "two", 60).await.len(), 1);
        // A delivered message keeps its key until it is deleted.
        assert_eq!(store.enqueue(&[mail("a")], NOW).await.unwrap(), 0);
        assert_eq!(store.delete_old_messages(NOW).await.unwrap(), 0);
        assert_eq!(store.delete_old_messages(again).await.unwrap(), 1);
        assert_eq!(store.enqueue(&[mail("a")], NOW).await.unwrap(), 1);
    }

    async fn a_message_of_a_crashed_process_is_taken_by_the_next(setup) {
        let store = &setup.store;
        let later = NewMessage { not_before: NOW.plus_seconds(30), ..mail("later") };
        store.enqueue(&[mail("now"), later], NOW).await.unwrap();
        assert_eq!(take(store, "dead", 0).await.len(), 1);
        setup.clock.advance_ms(TTL - 1);
        assert_eq!(take(store, "next", 0).await.len(), 0);
        setup.clock.advance_ms(1);
        let taken = take(store, "next", 0).await;
        assert_eq!(taken.len(), 1);
        let late = store.mark_message_delivered(taken[0].id, "dead", NOW).await.unwrap_err();
        assert!(matches!(late, Error::LeaseLost));
        store.mark_message_delivered(taken[0].id, "next", NOW).await.unwrap();
        assert_eq!(take(store, "next", 30).await[0].key, "later");
    }

    async fn concurrent_processes_take_different_messages(setup) {
        let store = &setup.store;
        let many: Vec<NewMessage> = (0..40).map(|n| mail(&format!("m-{n}"))).collect();
        store.enqueue(&many, NOW).await.unwrap();
        let stores = [setup.other().await, setup.other().await, setup.other().await];
        let takers = stores.iter().enumerate().map(|(n, store)| async move {
            store.take_messages(&format!("taker-{n}"), NOW, TTL, 40).await.unwrap()
        });
        let taken = futures_util::future::join_all(takers).await;
        let mut keys: Vec<String> =
            taken.into_iter().flatten().map(|message| message.key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 40);
    }

    async fn messages_are_validated_and_erased_with_their_integration(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let large: SecretString = "x".repeat(300_000).into();
        for (field, wrong) in [
            ("messages[1].key", NewMessage { key: String::new(), ..mail("x") }),
            ("messages[1].recipient", NewMessage { recipient: "a\nb".to_owned(), ..mail("x") }),
            ("messages[1].payload", NewMessage { payload: large, ..mail("x") }),
        ] {
            let error = store.enqueue(&[mail("ok"), wrong], NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field, "{error}");
        }
        let of = |key: &str| NewMessage { integration: Some(id), ..mail(key) };
        assert_eq!(store.enqueue(&[of("a"), mail("b")], NOW).await.unwrap(), 2);
        store.disconnect(id, true, &Actor::Cli, NOW).await.unwrap();
        let left = store.messages(9, None).await.unwrap();
        assert_eq!((left.len(), left[0].key.as_str()), (1, "b"));
        // A message about an integration that does not exist is not queued.
        assert_eq!(store.enqueue(&[of("c")], NOW).await.unwrap(), 0);
    }

    async fn a_job_is_leased_to_one_process_at_a_time(setup) {
        let stores = [setup.store.clone(), setup.other().await];
        let tries = (0..8).map(|n| {
            let store = stores[n % 2].clone();
            async move { store.lease_job("ask", &format!("p-{n}"), TTL).await.unwrap() }
        });
        let got = futures_util::future::join_all(tries).await;
        assert_eq!(got.iter().filter(|got| **got).count(), 1);
        let holder = format!("p-{}", got.iter().position(|got| *got).unwrap());
        let store = &setup.store;
        assert!(store.lease_job("ask", &holder, TTL).await.unwrap());
        assert!(store.lease_job("digest", "other", TTL).await.unwrap());
        store.release_job("ask", "other").await.unwrap();
        assert!(!store.lease_job("ask", "other", TTL).await.unwrap());
        setup.clock.advance_ms(TTL);
        assert!(store.lease_job("ask", "other", TTL).await.unwrap());
        assert!(!store.lease_job("ask", &holder, TTL).await.unwrap());
        store.release_job("ask", "other").await.unwrap();
        assert!(store.lease_job("ask", &holder, TTL).await.unwrap());
    }

    async fn the_question_template_and_the_feed_token_are_stored(setup) {
        let store = &setup.store;
        let template = QuestionTemplate { subject: "Your licence".to_owned(), body: "Hello\n{name}".to_owned() };
        store.set_question_template(Some(&template), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.question_template().await.unwrap(), Some(template.clone()));
        let wrong = QuestionTemplate { subject: "a\r\nBcc: x".to_owned(), ..template.clone() };
        let error = store.set_question_template(Some(&wrong), &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "subject");
        let empty = QuestionTemplate { body: "\n".to_owned(), ..template };
        let error = store.set_question_template(Some(&empty), &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "body");
        store.set_question_template(None, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.question_template().await.unwrap(), None);
        store.set_feed_token_hash(Some("abc"), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.feed_token_hash().await.unwrap().as_deref(), Some("abc"));
        store.set_feed_token_hash(None, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.feed_token_hash().await.unwrap(), None);
    }

    async fn a_signature_is_valid_only_for_its_purpose_message_and_key(setup) {
        let store = &setup.store;
        let signature = store.sign("answer", b"5");
        assert!(store.verify("answer", b"5", &signature));
        assert!(!store.verify("answer", b"6", &signature));
        assert!(!store.verify("feed", b"5", &signature));
        assert!(!store.verify("answe", b"r5", &signature));
        assert!(!store.verify("answer", b"5", &signature[..31]));
        assert!(!store.verify("answer", b"5", &[]));
        let mut wrong = signature;
        wrong[31] ^= 1;
        assert!(!store.verify("answer", b"5", &wrong));
        // Equal in all processes with the same key, and in no other.
        assert!(setup.other().await.verify("answer", b"5", &signature));
        setup.store.close().await;
        let options = StoreOptions { key: MasterKey::from_bytes([8; 32]), ..setup.options() };
        assert!(!Store::open(options).await.unwrap().verify("answer", b"5", &signature));
    }
}
