//! Changes: the request, when it is sent again, and when it must not be.

use serde_json::{Value, json};
use zoom::transport::{Method, TransportError};
use zoom::{AddOn, Error};

use crate::script::{Script, client, json as answer, with};

fn body(request: &zoom::transport::HttpRequest) -> Value {
    serde_json::from_str(request.body.as_deref().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_change_holds_what_it_is_about_and_nothing_else() {
    let script = Script::always(|_| with(204, &[], ""));
    let zoom = client(&script);
    zoom.set_user_type("a/b", 1).await.unwrap();
    zoom.set_add_on("u", AddOn::Webinar, Some(500))
        .await
        .unwrap();
    zoom.set_add_on("u", AddOn::LargeMeeting, None)
        .await
        .unwrap();
    let sent = script.requests();
    assert!(sent.iter().all(|request| request.method == Method::Patch));
    assert_eq!(sent[0].url.path(), "/v2/users/a%2Fb");
    assert_eq!(body(&sent[0]), json!({ "type": 1 }));
    assert_eq!(sent[1].url.path(), "/v2/users/u/settings");
    assert_eq!(
        body(&sent[1]),
        json!({ "feature": { "webinar": true, "webinar_capacity": 500 } })
    );
    assert_eq!(
        body(&sent[2]),
        json!({ "feature": { "large_meeting": false } })
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_not_followed_by_a_second_change() {
    for lost in [
        Err(TransportError::Timeout),
        Err(TransportError::Interrupted("reset".to_owned())),
        with(200, &[], "<html>"),
    ] {
        let script = Script::of([lost]);
        let error = client(&script).set_user_type("u", 1).await.unwrap_err();
        assert!(matches!(error, Error::Unconfirmed { .. }), "{error}");
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_for_the_moment_is_sent_again() {
    let limited = r#"{"code":429,"message":"You have reached the maximum per-second rate limit for this API. Try again later."}"#;
    let script = Script::of([
        answer(429, limited),
        answer(503, "{}"),
        Err(TransportError::Connect("refused".to_owned())),
        answer(401, r#"{"code":124,"message":"Access token is expired."}"#),
        with(204, &[], ""),
    ]);
    client(&script).set_user_type("u", 2).await.unwrap();
    let sent = script.requests();
    assert_eq!(sent.len(), 5);
    assert!(
        sent.iter()
            .all(|request| body(request) == json!({ "type": 2 }))
    );
}

#[tokio::test(start_paused = true)]
async fn refusals_say_what_is_wrong() {
    let refused = |code: i64, message: &str| {
        answer(
            400,
            &json!({ "code": code, "message": message }).to_string(),
        )
    };
    let script = Script::of([
        refused(200, "You can add max 10 paid users."),
        refused(200, "No permission."),
        refused(
            4711,
            "Invalid access token, does not contain scopes:[user:update:user:admin].",
        ),
        refused(1108, "User type permission check failed: u"),
        refused(1120, "A valid invitation was not found."),
    ]);
    let zoom = client(&script);
    let mut errors = Vec::new();
    for _ in 0..5 {
        errors.push(zoom.set_user_type("u", 2).await.unwrap_err());
    }
    assert!(matches!(errors[0], Error::SeatsExhausted { .. }));
    assert!(matches!(errors[1], Error::PermissionDenied { .. }));
    assert!(
        matches!(&errors[2], Error::ScopeMissing { scopes, .. } if *scopes == ["user:update:user:admin"]),
        "{:?}",
        errors[2]
    );
    assert!(matches!(errors[3], Error::Invalid { code: 1108, .. }));
    assert!(matches!(errors[4], Error::NotFound { code: 1120, .. }));
    assert_eq!(script.requests().len(), 5);
}
