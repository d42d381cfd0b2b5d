//! Authorisations that nothing uses, and apps that were removed.

use model::{IntegrationState, RunState};
use secrecy::ExposeSecret as _;
use store::Actor;
use testkit::database::Kind;
use testkit::install::Install;
use testkit::wire::Damage;
use tokio_util::sync::CancellationToken;
use zoom_sim::RefreshMode;

use crate::tokens::{stale, token_calls};

testkit::on_both_engines!(
    k06_the_authorisation_of_a_paused_account_is_renewed_before_it_ends,
    k09_an_app_that_was_removed_is_said_once_and_asked_for_no_more,
);

const DAY_MS: i64 = 86_400_000;

/// A paused account that was connected by an administrator.
async fn paused(kind: Kind) -> (Install, model::IntegrationId) {
    let (install, id) = stale(kind, RefreshMode::Strict).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let now = install.clock_now();
    let state = IntegrationState::Paused;
    install
        .store
        .set_integration_state(id, state, None, &Actor::Cli, now)
        .await
        .unwrap();
    install.wire.forget();
    (install, id)
}

async fn k06_the_authorisation_of_a_paused_account_is_renewed_before_it_ends(kind: Kind) {
    let (install, id) = paused(kind).await;
    let refresh = async || {
        let connection = install.store.connection(id).await.unwrap().unwrap();
        let refresh = connection.tokens.unwrap().refresh.unwrap();
        refresh.expose_secret().to_owned()
    };
    let first = refresh().await;
    install.clock.advance_ms(29 * DAY_MS);
    install.engine.renew_unused_authorisations().await;
    assert_eq!(token_calls(&install.wire), 0);
    // Zoom is out of order when it is due. That costs nothing but another try.
    install.clock.advance_ms(DAY_MS);
    install
        .wire
        .damage(Damage::answer("/oauth/token", 503, "{}").times(1));
    install.engine.renew_unused_authorisations().await;
    assert_eq!(
        install.integration(id).await.state,
        IntegrationState::Paused
    );
    install.engine.renew_unused_authorisations().await;
    let second = refresh().await;
    assert_ne!(first, second);
    install.wire.forget();
    install.engine.renew_unused_authorisations().await;
    assert_eq!(token_calls(&install.wire), 0);
    // A hundred days in all, ten more than Zoom lets an unused one live, and it still works.
    for _ in 0..7 {
        install.clock.advance_ms(10 * DAY_MS);
        install.engine.renew_unused_authorisations().await;
    }
    assert_ne!(refresh().await, second);
    let integration = install.integration(id).await;
    assert_eq!(integration.state, IntegrationState::Paused);
    // One that was ended meanwhile is told before somebody resumes it.
    install.zoom.sim.control().revoke_grant(0);
    install.clock.advance_ms(31 * DAY_MS);
    install.engine.renew_unused_authorisations().await;
    let integration = install.integration(id).await;
    assert_eq!(integration.state, IntegrationState::ReconnectNeeded);
    assert!(
        integration
            .state_reason
            .unwrap()
            .contains("Authorise it again")
    );
}

async fn k09_an_app_that_was_removed_is_said_once_and_asked_for_no_more(kind: Kind) {
    let (install, id) = stale(kind, RefreshMode::Strict).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let users = install.users(id).await.len();
    // The access token is refused with status 401 and the refresh token with 400, as when an
    // administrator removes the app.
    install.zoom.sim.control().revoke_grant(0);
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Failed);
    assert_eq!(token_calls(&install.wire), 1);
    let integration = install.integration(id).await;
    assert_eq!(integration.state, IntegrationState::ReconnectNeeded);
    let reason = integration.state_reason.unwrap();
    for part in ["no longer accepts", "removed", "data is kept"] {
        assert!(reason.contains(part), "{part}: {reason}");
    }
    assert_eq!(install.users(id).await.len(), users);
    install.wire.forget();
    let again = install.engine.sync_now(id, CancellationToken::new());
    assert!(again.await.is_err());
    assert_eq!(install.wire.seen().len(), 0);
    // The tokens open nothing any more. They stay sealed until the account is authorised again.
    assert!(install.store.connection(id).await.unwrap().is_some());
    let callback = install.authorise_at_zoom(0, Some(id)).await;
    let _ = install.finish(callback).await.unwrap();
    assert_eq!(install.sync(id).await, RunState::Complete);
}
