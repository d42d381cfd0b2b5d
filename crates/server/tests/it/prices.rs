//! List prices of licences.

use reqwest::StatusCode;

use crate::fixture::acme_for_manager;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_says_where_it_is_from() {
    let (site, manager) = acme_for_manager().await;
    let fields = |yearly: &'static str, currency: &'static str| {
        [
            ("licence", "licensed"),
            ("amount", yearly),
            ("currency", currency),
            ("as_of", "2026-10-01"),
            ("source", "Zoom’s price list"),
            ("confidence", "listed"),
        ]
    };
    let seen = site
        .submit(&manager, "/i/1/prices", &fields("12,50", "EUR"))
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("amount-error"));
    let seen = site
        .submit(&manager, "/i/1/prices", &fields("219.90", "EUR"))
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let page = site.get(&manager, "/i/1/prices").await;
    for part in ["€219.90", "Zoom’s price list", "listed", "1 October"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    site.submit(&manager, "/i/1/prices/remove", &[("licence", "licensed")])
        .await;
    let page = site.get(&manager, "/i/1/prices").await;
    assert!(!page.body.contains("€219.90"));
}
