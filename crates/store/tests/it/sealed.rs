//! A secret of every kind, for tests of backups and of the master key.

use model::IntegrationId;
use secrecy::{ExposeSecret as _, SecretString};
use store::{
    Actor, AuthorisationReturn, ChangeAccess, ChannelKind, ChannelSettings, NO_DAYS, NewMessage,
    SmtpSecurity, SmtpSettings, Store, SyncWrite,
};

use crate::rejected::rejected;
use crate::secrets::{app, pending};
use crate::support::{NOW, Setup, TTL, mail};

/// Stores a secret of every kind. The account was connected before, and so its secrets are there.
pub(crate) async fn store_secrets(setup: &Setup) -> IntegrationId {
    let (integration, lease) = setup.leased().await;
    let (store, id, actor) = (&setup.store, integration.id, &Actor::Cli);
    store
        .set_oauth_app("zoom", &app("secret-app"), actor, NOW)
        .await
        .unwrap();
    let smtp = SmtpSettings {
        host: "mail.example.com".to_owned(),
        port: 25,
        security: SmtpSecurity::None,
        user: String::new(),
        password: Some("secret-smtp".into()),
        from: "licences@example.com".to_owned(),
    };
    store.set_smtp(Some(&smtp), actor, NOW).await.unwrap();
    for number in 0..3 {
        let channel = ChannelSettings {
            name: format!("Team {number}"),
            kind: ChannelKind::Slack,
            target: format!("https://hooks.example.com/secret-{number}").into(),
            secret: (number > 0).then(|| "secret-channel".into()),
            events: Vec::new(),
            min_amount: None,
            on: true,
        };
        store.add_channel(&channel, actor, NOW).await.unwrap();
    }
    let access = ChangeAccess {
        client_id: "writer".to_owned(),
        client_secret: "secret-writer".into(),
        account_id: "account-1".to_owned(),
    };
    store
        .set_write_access(id, &access, actor, NOW)
        .await
        .unwrap();
    let messages: Vec<NewMessage> = (0..25)
        .map(|number| NewMessage {
            payload: format!("secret-message-{number}").into(),
            ..mail(&format!("key-{number}"))
        })
        .collect();
    store.enqueue(&messages, NOW).await.unwrap();
    store
        .begin_authorisation(&pending("state-1"))
        .await
        .unwrap();
    let texts = SyncWrite::Rejected(rejected("users", "no id", "p-1"));
    setup.apply(&lease, texts).await;
    id
}

/// Every secret as it is opened with the key of the store, but those of authorisations and messages.
pub(crate) async fn lasting_secrets(store: &Store, id: IntegrationId) -> Vec<String> {
    let connection = store.connection(id).await.unwrap().unwrap();
    let tokens = connection.tokens.unwrap();
    let mut secrets: Vec<SecretString> = vec![
        connection.credentials.client_secret,
        tokens.access,
        tokens.refresh.unwrap(),
        store
            .oauth_app("zoom")
            .await
            .unwrap()
            .unwrap()
            .client_secret,
        store.smtp().await.unwrap().unwrap().password.unwrap(),
        store.write_access(id).await.unwrap().unwrap().client_secret,
    ];
    for channel in store.channels().await.unwrap() {
        secrets.push(channel.settings.target);
        secrets.extend(channel.settings.secret);
    }
    let texts = store.rejected_texts(id, "users", NO_DAYS).await.unwrap();
    let secrets = secrets
        .iter()
        .map(|secret| secret.expose_secret().to_owned());
    secrets.chain(texts).collect()
}

/// The secrets that are used up by reading them: messages are leased, authorisations end.
pub(crate) async fn passing_secrets(store: &Store) -> Vec<String> {
    let messages = store.take_messages("reader", NOW, TTL, 99).await.unwrap();
    let mut secrets: Vec<String> = messages
        .iter()
        .map(|message| message.payload.expose_secret().to_owned())
        .collect();
    let taken = store.take_authorisation("state-1", "session", NOW).await;
    if let AuthorisationReturn::Taken(pending) = taken.unwrap() {
        secrets.push(pending.verifier.expose_secret().to_owned());
    }
    secrets
}
