//! Every known refusal of Zoom, by status and code.

use zoom::Error;

use crate::script::{Script, client, json, with};

async fn outcome(status: u16, body: &str) -> (Error, usize) {
    let script = Script::of([json(status, body)]);
    let error = client(&script).user("u1").await.unwrap_err();
    (error, script.requests().len())
}

fn invalid(code: i64, message: &str) -> Error {
    Error::Invalid {
        code,
        message: message.to_owned(),
    }
}

fn not_found(code: i64, message: &str) -> Error {
    Error::NotFound {
        code,
        message: message.to_owned(),
    }
}

fn scopes(names: &[&str]) -> Error {
    Error::ScopeMissing {
        scopes: names.iter().map(|&name| name.to_owned()).collect(),
        message: String::new(),
    }
}

/// The error with the text that Zoom sent and the status.
fn reported(mut error: Error, status: u16, text: &str) -> Error {
    if let Error::ScopeMissing { message, .. }
    | Error::PermissionDenied { message }
    | Error::PlanTooLow { message }
    | Error::NotFound { message, .. }
    | Error::Invalid { message, .. }
    | Error::SeatsExhausted { message }
    | Error::ApiDenied { message } = &mut error
    {
        *message = format!("{text} (HTTP status {status})");
    }
    error
}

/// The documented refusals: status, code, message, and the error that it becomes.
#[expect(
    clippy::too_many_lines,
    reason = "a flat table, one line for each refusal"
)]
fn refusals() -> Vec<(u16, i64, &'static str, Error)> {
    let denied = "Access to the Zoom REST API has been denied for this account. Contact Zoom Support for details.";
    let daily =
        "Daily report can only be provided for a month that falls within the recent 6 months.";
    let query = "Invalid access token, it is not supported as query parameter string.";
    vec![
        (
            400,
            4711,
            "Invalid access token, does not contain scopes:[user:read:user, user:read:user:admin].",
            scopes(&["user:read:user", "user:read:user:admin"]),
        ),
        (
            400,
            4700,
            "Invalid access token, does not contain scopes: [user:read:admin].",
            scopes(&["user:read:admin"]),
        ),
        (
            400,
            4700,
            "Invalid access token, does not contain role:read:admin scope.",
            scopes(&["role:read:admin"]),
        ),
        (
            401,
            4711,
            "Invalid access token, does not contain scopes:[].",
            scopes(&["user:read:user:admin", "user:read:admin"]),
        ),
        (
            400,
            200,
            "No permission.",
            Error::PermissionDenied {
                message: "No permission.".to_owned(),
            },
        ),
        (
            400,
            200,
            "Only available for Paid account.",
            Error::PlanTooLow {
                message: "Only available for Paid account.".to_owned(),
            },
        ),
        (
            400,
            200,
            "This is only available for paid account: abc.",
            Error::PlanTooLow {
                message: "This is only available for paid account: abc.".to_owned(),
            },
        ),
        (
            200,
            200,
            "Only available for paid accounts.",
            Error::PlanTooLow {
                message: "Only available for paid accounts.".to_owned(),
            },
        ),
        (
            400,
            300,
            "The next page token is invalid or expired.",
            Error::PageTokenExpired,
        ),
        (
            400,
            300,
            "Invalid parameter: from.",
            invalid(300, "Invalid parameter: from."),
        ),
        (400, 300, daily, invalid(300, daily)),
        (
            400,
            300,
            "Cannot access meeting information.",
            invalid(300, "Cannot access meeting information."),
        ),
        (
            400,
            1000,
            "You can not access settings of users that are still in pending state.",
            Error::PendingSettings,
        ),
        (
            404,
            1001,
            "User does not exist: u1.",
            not_found(1001, "User does not exist: u1."),
        ),
        (
            404,
            1001,
            "User u1 not exist or not belong to this account.",
            not_found(1001, "User u1 not exist or not belong to this account."),
        ),
        (
            400,
            1010,
            "User not found on this account",
            not_found(1010, "User not found on this account"),
        ),
        (
            400,
            1120,
            "A valid invitation to join the Zoom account was not found for this user.",
            not_found(
                1120,
                "A valid invitation to join the Zoom account was not found for this user.",
            ),
        ),
        (
            400,
            1034,
            "Role does not exist.",
            invalid(1034, "Role does not exist."),
        ),
        (
            404,
            2001,
            "Account does not exist: me.",
            not_found(2001, "Account does not exist: me."),
        ),
        (
            400,
            2300,
            "This API endpoint is not recognized.",
            invalid(2300, "This API endpoint is not recognized."),
        ),
        (
            404,
            3001,
            "Meeting does not exist: 1.",
            not_found(3001, "Meeting does not exist: 1."),
        ),
        (
            400,
            3161,
            "Meeting hosting and scheduling capabilities are not allowed for your user account.",
            invalid(
                3161,
                "Meeting hosting and scheduling capabilities are not allowed for your user account.",
            ),
        ),
        (
            404,
            4130,
            "A group with this g1 does not exist.",
            not_found(4130, "A group with this g1 does not exist."),
        ),
        (
            400,
            12702,
            "Can not access meeting a year ago.",
            invalid(12702, "Can not access meeting a year ago."),
        ),
        (
            403,
            12703,
            "No permission for the group: g1.",
            Error::PermissionDenied {
                message: "No permission for the group: g1.".to_owned(),
            },
        ),
        (
            403,
            0,
            denied,
            Error::ApiDenied {
                message: denied.to_owned(),
            },
        ),
        (401, 124, query, invalid(124, query)),
        (400, 124, query, invalid(124, query)),
    ]
}

#[tokio::test(start_paused = true)]
async fn r13_every_documented_refusal_is_recognised_and_not_retried() {
    for (status, code, message, expected) in refusals() {
        let body = format!(r#"{{"code":{code},"message":"{message}"}}"#);
        let (error, requests) = outcome(status, &body).await;
        assert_eq!(
            error,
            reported(expected, status, message),
            "{status} {body}"
        );
        assert_eq!(requests, 1, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn faults_of_parameters_are_named() {
    let body = r#"{"code":300,"message":"Validation Failed.","errors":[{"field":"page_size","message":"too big"}]}"#;
    let (error, _) = outcome(400, body).await;
    let text = "Validation Failed. page_size: too big (HTTP status 400)";
    assert_eq!(error, invalid(300, text));
}

#[tokio::test(start_paused = true)]
async fn codes_may_be_text_and_messages_absent() {
    let (error, _) = outcome(404, r#"{"code":"1001","message":null}"#).await;
    assert_eq!(error, not_found(1001, "HTTP status 404, without a text"));
    // The status is all that there is to report.
    let (error, _) = outcome(400, "{}").await;
    assert_eq!(error, invalid(0, "HTTP status 400, without a text"));
}

#[tokio::test(start_paused = true)]
async fn only_a_code_that_says_so_means_that_a_user_is_gone() {
    let (error, _) = outcome(404, r#"{"code":5010,"message":"?"}"#).await;
    assert_eq!(error, invalid(5010, "? (HTTP status 404)"));
    let script = Script::of([with(404, &[], "<html>nginx</html>")]);
    let error = client(&script).user("u1").await.unwrap_err();
    assert!(
        matches!(error, Error::BadResponse { status: 404, .. }),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_code_beside_a_result_is_not_an_error() {
    let script = Script::of([json(200, r#"{"code":0,"message":"ok","id":"u1"}"#)]);
    assert_eq!(
        client(&script).user("u1").await.unwrap().id.as_deref(),
        Some("u1")
    );
    let script = Script::of([json(200, r#"{"code":200,"message":"?","id":"u1"}"#)]);
    assert_eq!(
        client(&script).user("u1").await.unwrap().id.as_deref(),
        Some("u1")
    );
}

#[tokio::test(start_paused = true)]
async fn a_firewall_page_costs_one_item_and_not_the_token() {
    let page = "<!DOCTYPE html><title>Sorry, you have been blocked</title>";
    let script = Script::of([
        with(403, &[("content-type", "text/html")], page),
        json(200, r#"{"id":"u2"}"#),
    ]);
    let client = client(&script);
    assert_eq!(
        client.user("u1").await.unwrap_err(),
        Error::Blocked { status: 403 }
    );
    assert_eq!(client.user("u2").await.unwrap().id.as_deref(), Some("u2"));
    let tokens: Vec<_> = script
        .requests()
        .into_iter()
        .map(|r| r.headers[0].1.clone())
        .collect();
    assert_eq!(tokens[0], tokens[1]);
}

#[tokio::test(start_paused = true)]
async fn identifiers_are_one_segment_of_the_path() {
    let script = Script::always(|_| json(200, r#"{"id":"u1"}"#));
    let client = client(&script);
    for (id, path) in [
        ("ada+x@example.com", "/v2/users/ada%2Bx%40example.com"),
        ("a/../b", "/v2/users/a%2F..%2Fb"),
        ("a?b#c%2F", "/v2/users/a%3Fb%23c%252F"),
    ] {
        client.user(id).await.unwrap();
        assert_eq!(script.requests().last().unwrap().url.path(), path);
    }
    let before = script.requests().len();
    for id in ["", ".", ".."] {
        assert!(
            matches!(client.user(id).await, Err(Error::Invalid { .. })),
            "{id}"
        );
    }
    assert_eq!(script.requests().len(), before);
}
