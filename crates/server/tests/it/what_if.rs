//! What-if: other rules are evaluated without a change, and saved with a reason.

use model::Role;
use reqwest::StatusCode;

use crate::fixture::{account_with_idle_users, body};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_if_evaluates_without_a_change_and_saves_with_a_reason() {
    let (site, _) = account_with_idle_users().await;
    let admin = site.visitor(Role::Administrator).await;
    let plain_page = body(&site, &admin, "/i/1/what-if").await;
    assert!(!plain_page.contains("Make these the organisation"));
    // Only one rule stays on: checkboxes that are not ticked are not sent.
    let tried = "/i/1/what-if?try=yes&dormant.on=yes&dormant.days=45&chart=dormant";
    let html = body(&site, &admin, tried).await;
    assert!(html.contains("Make these the organisation"), "{html}");
    assert!(site.install.store.rule_settings().await.unwrap().is_none());
    let wrong = body(&site, &admin, "/i/1/what-if?try=yes&dormant.days=soon").await;
    assert!(wrong.contains("is not a number of days"), "{wrong}");
    let form = [
        ("try", "yes"),
        ("dormant.on", "yes"),
        ("dormant.days", "45"),
    ];
    let refused = site.submit(&admin, "/i/1/what-if/save", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("say why"), "{}", refused.body);
    let mut form = form.to_vec();
    form.push(("reason", "A month and a half is enough"));
    let saved = site.submit(&admin, "/i/1/what-if/save", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let stored = site.install.store.rule_settings().await.unwrap().unwrap();
    let settings = insight::settings::Settings::from_json(&stored.json).unwrap();
    assert_eq!(settings.rules.dormant.days, 45);
    assert!(!settings.rules.over_licensed.on);
    let manager = site.visitor(Role::LicenceManager).await;
    let refused = site.submit(&manager, "/i/1/what-if/save", &form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
