//! A database that cannot be written: reading goes on, readiness says so, and everything works again
//! without a restart.

use model::Role;
use testkit::wait::until;
use testkit::web::Visitor;

use crate::fixture::{PASSWORD, Site, address};

/// Takes the database file away from its place, so that nothing more is written.
struct Away {
    file: std::path::PathBuf,
    away: std::path::PathBuf,
}

impl Away {
    fn take(site: &Site) -> Self {
        let file = site.install.database.directory().join("seatwise.db");
        let away = file.with_extension("away");
        std::fs::rename(&file, &away).unwrap();
        Self { file, away }
    }

    fn put_back(self) {
        std::fs::rename(self.away, self.file).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r34_r47_reading_goes_on_while_nothing_can_be_stored() {
    let (site, id) = Site::connected().await;
    let owner = site.visitor(Role::Owner).await;
    let program = Visitor::with_token(&site.token(Role::Viewer).await);
    let nobody = Visitor::new();
    let away = Away::take(&site);
    // A minute and more later, the last use of the token and the end of the session are to be stored.
    site.install.clock.advance_ms(3_600_000);
    for path in ["/api/v1/integrations", "/api/v1/integrations/1/users"] {
        let seen = site.get(&program, path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
    }
    for path in ["/", &format!("/i/{id}/users")] {
        let seen = owner.follow(site.get(&owner, path).await).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        assert!(!seen.url.path().starts_with("/sign-in"), "{path}");
    }
    let ready = site.get(&nobody, "/readyz").await;
    assert_eq!(ready.status, 503);
    assert!(ready.body.contains("deleted or replaced"), "{}", ready.body);
    // A change is refused with the reason.
    let page = site.get(&nobody, "/sign-in").await;
    let form = page
        .form("/sign-in")
        .fill("email", &address(Role::Owner))
        .fill("password", PASSWORD);
    let refused = nobody.submit(&page, &form).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(
        refused.body.contains("put the database file back"),
        "{}",
        refused.body
    );

    away.put_back();
    until("it is ready again", async || {
        (site.get(&nobody, "/readyz").await.status == 200).then_some(())
    })
    .await;
    let seen = nobody.follow(nobody.submit(&page, &form).await).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
}
