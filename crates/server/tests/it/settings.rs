//! A member's own settings.

use model::Role;
use reqwest::StatusCode;
use testkit::database::Kind;
use testkit::web::Visitor;

use crate::fixture::{Site, Town};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_token_is_shown_once_and_works_until_it_is_revoked() {
    let site = Site::with_members().await;
    let viewer = site.visitor(Role::Viewer).await;
    let seen = site
        .submit(
            &viewer,
            "/settings/tokens",
            &[("label", "reports"), ("days", "30")],
        )
        .await;
    let at = seen.body.find("swt_").expect("the token is shown");
    let token: String = seen.body[at..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    assert!(!site.get(&viewer, "/settings").await.body.contains(&token));
    assert!(!site.install.store.dump().await.unwrap().contains(&token));
    let program = Visitor::with_token(&token);
    assert_eq!(site.get(&program, "/api/v1/integrations").await.status, 200);
    let page = site.get(&viewer, "/settings").await;
    let revoke = page.form("/revoke");
    let seen = viewer.submit(&page, &revoke).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get(&program, "/api/v1/integrations").await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_sets_for_how_long_data_is_kept_and_the_rest_is_deleted() {
    let town = Town::new(Kind::Sqlite).await;
    let site = &town.site;
    let owner = site.visitor(Role::Owner).await;
    let page = site.get(&owner, "/settings").await;
    assert!(page.body.contains("How long data is kept"));
    let wrong = [
        ("sign_ins", "7"),
        ("meetings", "800"),
        ("questions", "800"),
        ("runs", "400"),
    ];
    let refused = site.submit(&owner, "/settings/retention", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("from 30 to 3650"));
    let right = [
        ("sign_ins", "60"),
        ("meetings", "800"),
        ("questions", ""),
        ("runs", "400"),
        ("audit", "365"),
    ];
    let saved = site.submit(&owner, "/settings/retention", &right).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let kept = site.get(&owner, "/api/v1/retention").await;
    let kept: serde_json::Value = serde_json::from_str(&kept.body).unwrap();
    assert_eq!(
        kept,
        serde_json::json!({"sign_ins": 60, "meetings": 800, "questions": null, "runs": 400, "audit": 365})
    );
    // A year later the job deletes the oldest entries, and the page says from where the log is verified.
    site.install.clock.advance_ms(366 * 86_400_000);
    town.duties().await;
    let anchor = site.install.store.audit_anchor().await.unwrap().unwrap();
    assert!(anchor.entry > 0);
    assert_eq!(site.install.store.verify_audit().await.unwrap(), None);
    let owner = site.visitor(Role::Owner).await;
    let page = site.get(&owner, "/audit").await;
    assert!(page.body.contains("were deleted because of their age"));
    assert!(page.body.contains("unbroken"));
}
