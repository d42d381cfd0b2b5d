//! The list of employees.

use model::IntegrationId;
use reqwest::StatusCode;

use crate::fixture::{acme_for_manager, send_file};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_employees_is_taken_whole_or_not_at_all() {
    let (site, manager) = acme_for_manager().await;
    let id = IntegrationId(1);
    let bad = ("hr.csv", "text/csv", "email\nben@acme.example\nben\n");
    let seen = send_file(&site, &manager, "/i/1/people", bad).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("<code>email</code>"), "{}", seen.body);
    let store = &site.install.store;
    assert!(store.imported_people(id).await.unwrap().is_none());
    let good = ("hr.csv", "text/csv", "email;left_on\nben@acme.example;\n");
    // Most licensed users are not on it: this has to be confirmed.
    let seen = send_file(&site, &manager, "/i/1/people", good).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("Is the list complete?"), "{}", seen.body);
    assert!(store.imported_people(id).await.unwrap().is_none());
    let rows = [("text", good.2), ("confirm", "yes")];
    let seen = site.submit(&manager, "/i/1/people", &rows).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&manager, "/i/1/people").await;
    assert!(page.body.contains("from pasted rows"), "{}", page.body);
    assert!(page.body.contains("Leavers with a licence"));
    let seen = site.submit(&manager, "/i/1/people/remove", &[]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert!(store.imported_people(id).await.unwrap().is_none());
}
