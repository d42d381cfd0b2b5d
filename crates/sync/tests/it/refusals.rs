//! Errors of Zoom: those that are retried, those that end one stream, those that end the run.

use std::sync::Arc;

use model::{IntegrationState, RunState, StreamOutcome};
use testkit::database::Kind;
use testkit::install::Install;
use testkit::wire::Damage;
use zoom::transport::TransportError;
use zoom_sim::{Effect, Injection, Permission};

testkit::on_both_engines!(r13_a_passing_fault_of_the_server_is_tried_again);

/// Every stream but these is complete.
async fn assert_others_complete(install: &Install, id: model::IntegrationId, except: &[&str]) {
    for stream in connector_zoom::ZOOM
        .streams
        .iter()
        .filter(|stream| !except.contains(&stream.key))
    {
        let state = install.stream(id, stream.key).await;
        assert_eq!(state.outcome, StreamOutcome::Complete, "{state:?}");
    }
}

async fn r13_a_passing_fault_of_the_server_is_tried_again(kind: Kind) {
    let (install, id) = Install::connected(kind, 30).await;
    for (status, path) in [
        (500, "/groups"),
        (502, "/report/daily"),
        (503, "/users"),
        (504, "/report/users"),
    ] {
        let body = "{\"code\":0,\"message\":\"oops\"}".to_owned();
        let effect = Effect::Status {
            status,
            headers: Vec::new(),
            body,
        };
        install
            .zoom
            .sim
            .control()
            .inject(Injection::once(path, 1, effect));
    }
    install
        .wire
        .damage(Damage::fail("/report/operationlogs", TransportError::Timeout).once());
    install.wire.damage(
        Damage::lose(
            "/report/activities",
            TransportError::Interrupted("reset".to_owned()),
        )
        .once(),
    );
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_others_complete(&install, id, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_lasting_fault_of_the_server_fails_one_stream_after_a_few_tries() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    install
        .wire
        .damage(Damage::answer("/v2/groups", 503, "down"));
    install
        .wire
        .damage(Damage::fail("/report/daily", TransportError::Timeout));
    let began = install.clock_now();
    assert_eq!(install.sync(id).await, RunState::Failed);
    assert_eq!(install.outcome(id, "groups").await, StreamOutcome::Failed);
    assert_eq!(
        install.outcome(id, "daily_usage").await,
        StreamOutcome::Failed
    );
    assert_eq!(install.wire.seen_at("/v2/groups").len(), 4);
    assert_others_complete(&install, id, &["groups", "daily_usage"]).await;
    // It is tried again soon, not only when the next run would be due.
    let integration = install.integration(id).await;
    assert!(integration.next_run_at.since(began) < 10 * 60 * 1000);
    assert_eq!(integration.state, IntegrationState::Active);
    install.wire.mend();
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_others_complete(&install, id, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_token_that_expires_during_a_run_is_renewed_once() {
    let (install, id) = Install::connected(Kind::Sqlite, 40).await;
    let (control, clock) = (install.zoom.sim.control(), Arc::clone(&install.clock));
    let expire = Effect::Run(Arc::new(move || {
        control.expire_access_tokens();
        // Tokens of this very moment are expired too: the new one is to be younger.
        clock.advance_ms(1);
    }));
    install
        .zoom
        .sim
        .control()
        .inject(Injection::once("/report/activities", 3, expire));
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Complete);
    let seen = install.wire.seen();
    let refused = seen.iter().filter(|seen| seen.status == 401).count();
    assert!(refused >= 1);
    assert_eq!(
        install.wire.seen_at("/oauth/token").len(),
        1,
        "{refused} were refused"
    );
    assert_others_complete(&install, id, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_missing_scope_ends_its_streams_and_is_named() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    let without_reports = connector_zoom::ZOOM
        .scopes
        .classic
        .iter()
        .filter(|scope| **scope != "report:read:admin")
        .map(|&scope| scope.to_owned())
        .collect();
    install
        .zoom
        .sim
        .control()
        .limit_scopes(Some(without_reports));
    // Nothing failed: streams that cannot be read are simply off.
    assert_eq!(install.sync(id).await, RunState::Complete);
    let off = [
        "sign_ins",
        "meetings",
        "host_reports",
        "daily_usage",
        "operation_logs",
        "upcoming_events",
    ];
    for stream in off {
        let state = install.stream(id, stream).await;
        assert_eq!(state.outcome, StreamOutcome::ScopeMissing, "{state:?}");
        assert!(state.reason.unwrap().contains("report:read:admin"));
    }
    assert_others_complete(&install, id, &off).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_missing_role_permission_ends_its_stream_and_is_named() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    let control = install.zoom.sim.control();
    control.drop_permission(Permission::OperationLogs);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let state = install.stream(id, "operation_logs").await;
    assert_eq!(state.outcome, StreamOutcome::PermissionMissing);
    assert!(state.reason.unwrap().contains("Operation"));
    assert_eq!(install.wire.seen_at("/report/operationlogs").len(), 1);
    assert_others_complete(&install, id, &["operation_logs"]).await;
    control.restore_permission(Permission::OperationLogs);
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_others_complete(&install, id, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_user_who_vanishes_before_their_settings_are_read_is_passed_over() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    let gone = Effect::Status {
        status: 404,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: r#"{"code":1001,"message":"User does not exist: x."}"#.to_owned(),
    };
    let path = "/users/*/settings".to_owned();
    let control = install.zoom.sim.control();
    control.inject(Injection {
        path: path.clone(),
        nth: 1,
        times: 3,
        effect: gone,
    });
    // A firewall in front of Zoom refuses some addresses, always.
    control.inject(Injection {
        path,
        nth: 4,
        times: 1,
        effect: Effect::Html(403),
    });
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_others_complete(&install, id, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_a_request_that_zoom_finds_wrong_is_not_repeated() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    let wrong = r#"{"code":300,"message":"Validation Failed.","errors":[{"field":"year","message":"Invalid"}]}"#;
    install
        .wire
        .damage(Damage::answer("/report/daily", 400, wrong));
    install.sync(id).await;
    assert_eq!(install.wire.seen_at("/report/daily").len(), 1);
    assert_eq!(
        install.outcome(id, "daily_usage").await,
        StreamOutcome::Failed
    );
    assert_others_complete(&install, id, &["daily_usage"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r13_an_account_whose_api_is_blocked_ends_the_run_at_once() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    let denied = r#"{"message":"Access to the Zoom REST API has been denied for this account. Contact Zoom Support for details."}"#;
    install.wire.damage(Damage::answer("", 403, denied));
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Failed);
    assert!(install.wire.seen().len() <= 3, "{:?}", install.wire.seen());
    assert!(
        install
            .last_run(id)
            .await
            .reason
            .unwrap()
            .contains("blocked its API")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_the_settings_that_no_scope_allows_are_told_as_not_known() {
    let install = Install::with(Kind::Sqlite, 30, |config| {
        config.scopes = zoom_sim::ScopeStyle::Granular;
    })
    .await;
    let id = install.connect().await;
    let install = install.reading(&["users", "account_settings"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let sections = install.store.account_settings(id).await.unwrap();
    let not_known = sections
        .iter()
        .find(|section| section.section == model::streams::NOT_KNOWN)
        .unwrap();
    for part in ["lock_settings", "managed_domains", "trusted_domains"] {
        let said = format!("\"{part}\":\"Zoom gives ordinary apps no scope for it\"");
        assert!(not_known.json.contains(&said), "{}", not_known.json);
        assert!(sections.iter().all(|section| section.section != part));
    }
}
