//! Stale tokens are renewed once, and tokens only go where they may.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use zoom::pacer::Limits;
use zoom::{Error, TokenError, UserStatus};

use crate::script::{Script, Tokens, client_with, json, with};

const EXPIRED: &str = r#"{"code":124,"message":"Access token is expired."}"#;
const PAGE: &str = r#"{"users":[],"next_page_token":""}"#;

fn bearer(request: &zoom::transport::HttpRequest) -> String {
    let found = request
        .headers
        .iter()
        .find(|(name, _)| name == "authorization");
    found.map(|(_, value)| value.clone()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn r13_a_stale_token_is_renewed_once_and_the_request_repeated() {
    for (status, body) in [
        (401, EXPIRED),
        (401, r#"{"code":124,"message":"Invalid access token."}"#),
        (400, EXPIRED),
        (200, EXPIRED),
        (401, ""),
        (401, "<html>"),
    ] {
        let script = Script::of([json(status, body), json(200, PAGE)]);
        let tokens = Arc::new(Tokens::new("https://api.zoom.us"));
        let (client, _) = client_with(&script, Limits::unlimited(), Arc::clone(&tokens));
        client.users(UserStatus::Active, 300, None).await.unwrap();
        let sent: Vec<String> = script.requests().iter().map(bearer).collect();
        assert_eq!(
            sent,
            ["Bearer canary-token-1", "Bearer canary-token-2"],
            "{status} {body}"
        );
        assert_eq!(tokens.renewals.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn r13_a_token_that_stays_refused_is_given_up_after_one_renewal() {
    let script = Script::always(|_| json(401, EXPIRED));
    let tokens = Arc::new(Tokens::new("https://api.zoom.us"));
    let (client, _) = client_with(&script, Limits::unlimited(), Arc::clone(&tokens));
    let error = client
        .users(UserStatus::Active, 300, None)
        .await
        .unwrap_err();
    assert_eq!(error, Error::Unauthorized);
    assert_eq!(script.requests().len(), 2);
    assert_eq!(tokens.renewals.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn k02_many_callers_with_one_stale_token_lead_to_one_renewal() {
    let script = Script::always(|request| {
        if bearer(request).ends_with("-1") {
            json(401, EXPIRED)
        } else {
            json(200, PAGE)
        }
    });
    let tokens = Arc::new(Tokens::new("https://api.zoom.us"));
    let (client, _) = client_with(&script, Limits::unlimited(), Arc::clone(&tokens));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.users(UserStatus::Active, 300, None).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(tokens.renewals.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_token_nothing_is_sent() {
    let script = Script::of([]);
    let reconnect = TokenError::Reconnect("authorise again".to_owned());
    let mut tokens = Tokens::new("https://api.zoom.us");
    tokens.broken = Some(reconnect.clone());
    let (client, _) = client_with(&script, Limits::unlimited(), Arc::new(tokens));
    assert_eq!(client.me().await.unwrap_err(), Error::Token(reconnect));
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn s15_a_token_is_not_sent_to_a_host_that_is_not_zooms() {
    for api_url in [
        "https://zoom.us.evil.example",
        "http://api.zoom.us",
        "http://127.0.0.1:1",
    ] {
        let script = Script::of([]);
        let tokens = Arc::new(Tokens::new(api_url));
        let (client, _) = client_with(&script, Limits::unlimited(), tokens);
        let error = client.me().await.unwrap_err();
        assert!(
            matches!(error, Error::HostRefused { .. }),
            "{api_url}: {error:?}"
        );
        assert!(script.requests().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn requests_go_to_the_cluster_of_the_account() {
    for (api_url, expected) in [
        (
            "https://api-eu.zoom.us",
            "https://api-eu.zoom.us/v2/users/me",
        ),
        (
            "https://eu01api.zoom.us/",
            "https://eu01api.zoom.us/v2/users/me",
        ),
        (
            "https://api.zoomgov.com/v2/",
            "https://api.zoomgov.com/v2/users/me",
        ),
    ] {
        let script = Script::of([with(200, &[], r#"{"id":"u1"}"#)]);
        let tokens = Arc::new(Tokens::new(api_url));
        let (client, _) = client_with(&script, Limits::unlimited(), tokens);
        client.me().await.unwrap();
        assert_eq!(script.requests()[0].url.as_str(), expected);
    }
}
