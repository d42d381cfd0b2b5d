//! The second app of an account, with which changes are made.

use model::{Clock, IntegrationId, Role};
use reqwest::StatusCode;
use store::{Actor, ChangeAccess};

use crate::fixture::acme_for_manager;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_access_is_a_second_app_of_the_same_account() {
    let (site, _) = acme_for_manager().await;
    let owner = site.visitor(Role::Owner).await;
    let store = &site.install.store;
    let integration = store.integration(IntegrationId(1)).await.unwrap().unwrap();
    let grant = integration.grant;
    let path = "/i/1/write-access";
    let seen = site
        .submit(
            &owner,
            path,
            &[
                ("account_id", "another"),
                ("client_id", &grant.client_id),
                ("client_secret", ""),
            ],
        )
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["account_id-error", "client_id-error", "client_secret-error"] {
        assert!(seen.body.contains(field), "{field}");
    }
    let seen = site
        .submit(
            &owner,
            path,
            &[
                ("account_id", &grant.account_id),
                ("client_id", "writer"),
                ("client_secret", "s3cret-of-the-writer"),
            ],
        )
        .await;
    // Credentials that were not verified are not stored.
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("client_secret-error"), "{}", seen.body);
    assert!(
        store
            .write_access(IntegrationId(1))
            .await
            .unwrap()
            .is_none()
    );
    let access = ChangeAccess {
        client_id: "writer".to_owned(),
        client_secret: "s3cret-of-the-writer".into(),
        account_id: grant.account_id.clone(),
    };
    let now = site.install.clock.now();
    store
        .set_write_access(IntegrationId(1), &access, &Actor::Cli, now)
        .await
        .unwrap();
    let page = site.get(&owner, path).await;
    assert!(page.body.contains("Write access is connected"));
    assert!(!page.body.contains("s3cret-of-the-writer"));
    site.submit(&owner, "/i/1/write-access/remove", &[]).await;
    assert!(
        store
            .write_access(IntegrationId(1))
            .await
            .unwrap()
            .is_none()
    );
}
