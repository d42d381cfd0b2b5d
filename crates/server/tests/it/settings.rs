//! A member's own settings.

use model::Role;
use reqwest::StatusCode;
use testkit::web::Visitor;

use crate::fixture::Site;

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
