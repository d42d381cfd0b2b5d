//! Refresh tokens work once: whoever refreshes is alone, saves before use, and loses nothing when the
//! answer gets lost.

use std::sync::Arc;

use model::{IntegrationId, IntegrationState, RunState, StreamOutcome};
use secrecy::ExposeSecret as _;
use sync::{CheckOutcome, ConnectError, Preflight};
use testkit::database::{Database, Kind};
use testkit::install::Install;
use testkit::wait::until;
use testkit::wire::Damage;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use zoom::transport::TransportError;
use zoom_sim::RefreshMode;

testkit::on_both_engines!(
    k01_an_answer_that_is_never_saved_ends_in_a_grace_or_in_one_reconnect,
    k02_eight_workers_who_need_a_token_make_one_call,
    k03_the_loser_of_a_race_uses_the_winners_token,
    k08_a_restored_backup_with_an_old_token_ends_in_one_reconnect_that_names_it,
);

/// An account that was connected by an administrator, whose access token has run out.
pub(crate) async fn stale(kind: Kind, mode: RefreshMode) -> (Install, IntegrationId) {
    let install = Install::with(kind, 30, |config| config.faults.refresh = mode).await;
    let id = install.connect_by_oauth(0).await;
    let install = install.reading(&["users"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    install.clock.advance_ms(2 * 3_600_000);
    install.wire.forget();
    (install, id)
}

async fn access_token(install: &Install, id: IntegrationId) -> String {
    let connection = install.store.connection(id).await.unwrap().unwrap();
    connection.tokens.unwrap().access.expose_secret().to_owned()
}

pub(crate) fn token_calls(wire: &testkit::wire::Wire) -> usize {
    wire.seen_at("/oauth/token").len()
}

async fn k01_an_answer_that_is_never_saved_ends_in_a_grace_or_in_one_reconnect(kind: Kind) {
    // The process dies between Zoom's answer and the save: for Zoom the token was used, for us not.
    let die_after_answer = async |install: &Install, id: IntegrationId| {
        let (victim, wire) = install.another("victim");
        wire.damage(Damage::lose("/oauth/token", TransportError::Timeout));
        // The lost answer may be asked for again within the process; from outside that is the same.
        let _ = victim.preflight(id).await;
        assert!(token_calls(&wire) >= 1);
        // Whatever it held runs out.
        install.clock.advance_ms(61_000);
    };

    let (install, id) = stale(kind, RefreshMode::Grace(600)).await;
    die_after_answer(&install, id).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(
        install.integration(id).await.state,
        IntegrationState::Active
    );

    for mode in [RefreshMode::Strict, RefreshMode::FamilyRevocation] {
        let (install, id) = stale(kind, mode).await;
        let users = install.users(id).await.len();
        die_after_answer(&install, id).await;
        assert_eq!(install.sync(id).await, RunState::Failed, "{mode:?}");
        let integration = install.integration(id).await;
        assert_eq!(
            integration.state,
            IntegrationState::ReconnectNeeded,
            "{mode:?}"
        );
        let reason = integration.state_reason.unwrap();
        assert!(
            reason.contains("Authorise it again") && reason.contains("data is kept"),
            "{reason}"
        );
        // No loop: no further request is made, and there is one entry for people to see.
        install.wire.forget();
        assert!(
            install
                .engine
                .sync_now(id, CancellationToken::new())
                .await
                .is_err()
        );
        assert_eq!(install.wire.seen().len(), 0);
        let audit = install.store.audit(100, None).await.unwrap();
        let alerts = audit
            .iter()
            .filter(|entry| entry.detail.contains("reconnect_needed"))
            .count();
        assert_eq!(alerts, 1, "{audit:?}");
        assert_eq!(install.users(id).await.len(), users);
        // Authorised again, the same integration goes on.
        let callback = install.authorise_at_zoom(0, Some(id)).await;
        let connected = install.finish(callback).await.unwrap();
        assert_eq!((connected.integration.id, connected.new), (id, false));
        assert_eq!(install.sync(id).await, RunState::Complete, "{mode:?}");
    }
}

fn assert_answered(preflight: &Preflight) {
    let users = preflight
        .streams
        .iter()
        .find(|check| check.stream.key == "users")
        .unwrap();
    assert_eq!(users.outcome, CheckOutcome::Granted, "{users:?}");
}

async fn k02_eight_workers_who_need_a_token_make_one_call(kind: Kind) {
    let (install, id) = stale(kind, RefreshMode::FamilyRevocation).await;
    let before = access_token(&install, id).await;
    let processes: Vec<_> = (0..4)
        .map(|n| install.another(&format!("process {n}")))
        .collect();
    let workers = processes.iter().flat_map(|(engine, _)| {
        [engine.clone(), engine.clone()]
            .map(|engine| async move { engine.preflight(id).await.unwrap() })
    });
    for preflight in futures_util::future::join_all(workers).await {
        assert_answered(&preflight);
    }
    let calls: usize = processes.iter().map(|(_, wire)| token_calls(wire)).sum();
    assert_eq!(calls, 1);
    assert_ne!(access_token(&install, id).await, before);
    assert_eq!(
        install.integration(id).await.state,
        IntegrationState::Active
    );
}

async fn k03_the_loser_of_a_race_uses_the_winners_token(kind: Kind) {
    let (install, id) = stale(kind, RefreshMode::Strict).await;
    let (slow, slow_wire) = install.another("slow");
    let (fast, fast_wire) = install.another("fast");
    // The slow one takes the lock and then hangs for longer than the lock lasts.
    let gate = Arc::new(Semaphore::new(0));
    slow_wire.damage(Damage::hold("/oauth/token", &gate).once());
    let loser = tokio::spawn(async move { slow.preflight(id).await.unwrap() });
    until("the slow one asks", async || {
        (token_calls(&slow_wire) == 1).then_some(())
    })
    .await;
    install.clock.advance_ms(61_000);
    assert_answered(&fast.preflight(id).await.unwrap());
    assert_eq!(token_calls(&fast_wire), 1);
    let winners = access_token(&install, id).await;
    // Now Zoom sees the old refresh token, which is used up.
    gate.add_permits(1);
    assert_answered(&loser.await.unwrap());
    assert_eq!(slow_wire.seen_at("/oauth/token")[0].status, 400);
    assert_eq!(access_token(&install, id).await, winners);
    assert_eq!(
        install.integration(id).await.state,
        IntegrationState::Active
    );
}

async fn k08_a_restored_backup_with_an_old_token_ends_in_one_reconnect_that_names_it(kind: Kind) {
    for mode in [RefreshMode::Strict, RefreshMode::FamilyRevocation] {
        let (mut install, id) = stale(kind, mode).await;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("backup");
        let request = store::BackupRequest {
            location: install.database.location(),
            file: &file,
            key: None,
            version: "0.1.0",
            now: install.clock_now(),
        };
        store::back_up(&request).await.unwrap();
        // The token is renewed after the backup, which Zoom accepts once.
        assert_eq!(install.sync(id).await, RunState::Complete);
        install.clock.advance_ms(2 * 3_600_000);
        let users = install.users(id).await.len();

        let place = Database::new(kind);
        let options = place.options(Arc::clone(&install.clock) as _);
        let backup = store::Backup::open(&file).unwrap();
        store::restore(&backup, place.location(), &options.key, install.clock_now())
            .await
            .unwrap();
        install.store.close().await;
        install.store = place.open(Arc::clone(&install.clock) as _).await;
        install.database = place;
        let (engine, wire) = install.another("after the restore");
        install.engine = engine;
        install.wire = wire;
        install = install.reading(&["users"]);

        assert_eq!(install.sync(id).await, RunState::Failed, "{mode:?}");
        let integration = install.integration(id).await;
        assert_eq!(integration.state, IntegrationState::ReconnectNeeded);
        let reason = integration.state_reason.unwrap();
        let day = backup.created_at().readable();
        assert!(
            reason.contains("backup")
                && reason.contains(&day)
                && reason.contains("Authorise it again"),
            "{reason}"
        );
        assert_eq!(token_calls(&install.wire), 1, "one attempt");
        assert_eq!(install.users(id).await.len(), users);
        // No further request is made.
        install.wire.forget();
        let again = install.engine.sync_now(id, CancellationToken::new()).await;
        assert!(again.unwrap_err().to_string().contains("backup"));
        assert_eq!(token_calls(&install.wire), 0);
        // With a new authorisation it goes on, and a later refusal does not blame the backup.
        let callback = install.authorise_at_zoom(0, Some(id)).await;
        install.finish(callback).await.unwrap();
        assert_eq!(install.sync(id).await, RunState::Complete);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn k04_a_lost_answer_is_not_replayed_into_a_revoked_family() {
    for (mode, state) in [
        (RefreshMode::Grace(600), IntegrationState::Active),
        (RefreshMode::Strict, IntegrationState::ReconnectNeeded),
    ] {
        let (install, id) = stale(Kind::Sqlite, mode).await;
        install.wire.damage(
            Damage::lose(
                "/oauth/token",
                TransportError::Interrupted("reset".to_owned()),
            )
            .once(),
        );
        // The first run may fail; after the second it is decided.
        for _ in 0..2 {
            if install.integration(id).await.state == IntegrationState::Active {
                install.sync(id).await;
            }
        }
        assert_eq!(install.integration(id).await.state, state, "{mode:?}");
        assert!(token_calls(&install.wire) <= 3);
        assert!(install.users(id).await.len() > 20);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn k05_faults_of_the_token_endpoint_are_never_final() {
    let path = "/oauth/token";
    let damages = [
        ("500", Damage::answer(path, 500, "oops")),
        ("503", Damage::answer(path, 503, "<html>down</html>")),
        (
            "429",
            Damage::answer(path, 429, r#"{"code":429,"message":"Too many requests"}"#),
        ),
        ("timeout", Damage::fail(path, TransportError::Timeout)),
        (
            "refused",
            Damage::fail(path, TransportError::Connect("refused".to_owned())),
        ),
        (
            "web page",
            Damage::answer(path, 200, "<html>maintenance</html>"),
        ),
        ("empty", Damage::answer(path, 200, "")),
        (
            "no token",
            Damage::answer(path, 200, r#"{"token_type":"bearer","expires_in":3599}"#),
        ),
        (
            "forbidden",
            Damage::answer(path, 403, "<html>blocked</html>"),
        ),
    ];
    let one = async |(name, damage): (&str, Damage)| {
        let (install, id) = stale(Kind::Sqlite, RefreshMode::Strict).await;
        install.wire.damage(damage);
        assert_eq!(install.sync(id).await, RunState::Failed, "{name}");
        let integration = install.integration(id).await;
        assert_eq!(integration.state, IntegrationState::Active, "{name}");
        assert!(
            integration.next_run_at.since(install.clock_now()) < 600_000,
            "{name}"
        );
        install.wire.mend();
        assert_eq!(install.sync(id).await, RunState::Complete, "{name}");
    };
    futures_util::future::join_all(damages.map(one)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k05_an_answer_without_a_refresh_token_keeps_the_old_one() {
    let (install, id) = stale(Kind::Sqlite, RefreshMode::Grace(1_000_000)).await;
    let refresh = async || {
        let connection = install.store.connection(id).await.unwrap().unwrap();
        connection
            .tokens
            .unwrap()
            .refresh
            .unwrap()
            .expose_secret()
            .to_owned()
    };
    let before = refresh().await;
    install
        .zoom
        .sim
        .control()
        .edit_faults(|faults| faults.no_refresh_token = true);
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(refresh().await, before);
    install
        .zoom
        .sim
        .control()
        .edit_faults(|faults| faults.no_refresh_token = false);
    install.clock.advance_ms(2 * 3_600_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_ne!(refresh().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn k05_a_shorter_scope_is_kept_and_turns_streams_off() {
    let install = Install::new(Kind::Sqlite, 30).await;
    let id = install.connect_by_oauth(0).await;
    let install = install.reading(&["users", "groups"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let scopes = vec![
        "user:read:admin".to_owned(),
        "account:read:admin".to_owned(),
    ];
    install
        .zoom
        .sim
        .control()
        .limit_scopes(Some(scopes.clone()));
    install.clock.advance_ms(2 * 3_600_000);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let mut granted = install.integration(id).await.grant.scopes;
    granted.sort();
    assert_eq!(granted, ["account:read:admin", "user:read:admin"]);
    assert_eq!(
        install.outcome(id, "groups").await,
        StreamOutcome::ScopeMissing
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn k05_another_account_is_refused_and_the_old_connection_kept() {
    let install = Install::new(Kind::Sqlite, 30).await;
    let id = install.connect_by_oauth(0).await;
    let install = install.reading(&["users"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.integration(id).await;
    let token = access_token(&install, id).await;

    let callback = install.authorise_at_zoom(1, Some(id)).await;
    let refused = install.finish(callback).await.unwrap_err();

    let accounts = install.zoom.sim.accounts();
    match refused {
        ConnectError::AccountMismatch { expected, found } => {
            assert_eq!(
                (expected, found),
                (accounts[0].id.clone(), accounts[1].id.clone())
            );
        }
        other => panic!("{other}"),
    }
    assert_eq!(install.integration(id).await.grant, before.grant);
    assert_eq!(access_token(&install, id).await, token);
    assert_eq!(install.sync(id).await, RunState::Complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_address_in_a_token_answer_is_not_followed() {
    let (install, id) = stale(Kind::Sqlite, RefreshMode::Strict).await;
    let forged = "https://zoom.us.evil.example".to_owned();
    install
        .zoom
        .sim
        .control()
        .edit_faults(|faults| faults.forged_api_url = Some(forged));
    assert_eq!(install.sync(id).await, RunState::Complete);
    let connection = install.store.connection(id).await.unwrap().unwrap();
    assert!(!connection.tokens.unwrap().api_url.contains("evil"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r45_a_token_that_was_stored_while_the_clock_ran_ahead_is_renewed() {
    const DAYS_MS: i64 = 2 * 86_400_000;
    let (install, id) = stale(Kind::Sqlite, RefreshMode::Strict).await;
    install.clock.advance_ms(DAYS_MS);
    assert_eq!(install.sync(id).await, RunState::Complete);
    install.clock.advance_ms(-DAYS_MS);
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(token_calls(&install.wire), 1);
    let tokens = install.store.connection(id).await.unwrap().unwrap().tokens;
    let tokens = tokens.unwrap();
    let now = install.clock_now();
    assert!(tokens.expires_at.since(now) <= 2 * 3_600_000);
    // The new one is used from then on, also by a process that knew the old one only.
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(token_calls(&install.wire), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn k09_r46_an_app_that_is_switched_off_is_named_and_not_asked_for_ever() {
    let (install, id) = stale(Kind::Sqlite, RefreshMode::Strict).await;
    let off = r#"{"reason":"The app has been disabled.","error":"unauthorized_client"}"#;
    install
        .wire
        .damage(Damage::answer("/oauth/token", 400, off));
    for run in 1..8 {
        assert_eq!(install.sync(id).await, RunState::Failed, "{run}");
        let integration = install.integration(id).await;
        assert_eq!(integration.state, IntegrationState::Active, "{run}");
        let reason = install.last_run(id).await.reason.unwrap();
        for part in ["400", "The app has been disabled", "switched off"] {
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }
    assert_eq!(install.sync(id).await, RunState::Failed);
    let integration = install.integration(id).await;
    assert_eq!(integration.state, IntegrationState::ReconnectNeeded);
    assert!(integration.state_reason.unwrap().contains("switched off"));
}
