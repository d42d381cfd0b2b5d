//! The state of the process, for operators.

use testkit::web::Visitor;

use crate::fixture::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_says_that_it_is_alive_and_ready() {
    let site = Site::empty().await;
    let nobody = Visitor::new();
    assert_eq!(site.get(&nobody, "/healthz").await.body, "alive\n");
    assert_eq!(site.get(&nobody, "/readyz").await.body, "ready\n");
    site.install.store.close().await;
    assert_eq!(site.get(&nobody, "/healthz").await.status, 200);
    assert_eq!(site.get(&nobody, "/readyz").await.status, 503);
}
