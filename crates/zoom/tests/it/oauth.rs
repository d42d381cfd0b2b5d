//! Token requests as Zoom takes them, and its answers, good and bad.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use zoom::oauth::{OAuth, OAuthError, Pkce, TokenSet};
use zoom::transport::{Method, Transport, TransportError};

use crate::script::{Answer, Script, json, with};

const GOOD: &str = r#"{ "access_token": "eyJa.b-c_d", "token_type": "bearer", "refresh_token": "eyJr", "expires_in": 3599,
  "scope": "user:read:list_users:admin user:read:settings:admin", "api_url": "https://api-us.zoom.us" }"#;

fn oauth(script: &Arc<Script>) -> OAuth {
    let transport: Arc<dyn Transport> = Arc::<Script>::clone(script);
    OAuth::new(transport, "https://zoom.us/oauth".parse().unwrap())
}

fn secret(text: &str) -> SecretString {
    text.into()
}

async fn refreshed(answer: Answer) -> Result<TokenSet, OAuthError> {
    let script = Script::of([answer]);
    let outcome = oauth(&script)
        .refresh("id", &secret("s"), &secret("r"))
        .await;
    assert_eq!(
        script.requests().len(),
        1,
        "a refresh token is never sent twice"
    );
    outcome
}

async fn exchanged(answer: Answer) -> Result<TokenSet, OAuthError> {
    let script = Script::of([answer]);
    oauth(&script)
        .exchange_code("id", &secret("s"), "c", "https://x.example", &secret("v"))
        .await
}

#[test]
fn consent_is_asked_with_a_proof_key() {
    // The example of RFC 7636, appendix B.
    let bytes = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
        77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];
    let pkce = Pkce::from_random(bytes);
    assert_eq!(
        pkce.verifier.expose_secret(),
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    assert_eq!(
        pkce.challenge,
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    let url = oauth(&Script::of([])).authorize_url("id", "https://x.example/cb?a=b", "s&t", &pkce);
    assert_eq!(
        url.as_str(),
        "https://zoom.us/oauth/authorize?response_type=code&client_id=id\
         &redirect_uri=https%3A%2F%2Fx.example%2Fcb%3Fa%3Db&state=s%26t\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
}

#[tokio::test]
async fn requests_carry_secrets_in_header_and_body_only() {
    let script = Script::of([
        json(200, GOOD),
        json(200, GOOD),
        json(200, GOOD),
        json(200, "{}"),
    ]);
    let oauth = oauth(&script);
    let (id, key) = ("client:id", secret("sec ret"));
    oauth
        .exchange_code(id, &key, "co&de", "https://x.example/cb", &secret("ver"))
        .await
        .unwrap();
    oauth.refresh(id, &key, &secret("re+fresh")).await.unwrap();
    oauth.account_credentials(id, &key, "acc").await.unwrap();
    oauth.revoke(id, &key, &secret("tok")).await.unwrap();
    let requests = script.requests();
    let sent: Vec<_> = requests
        .iter()
        .map(|request| {
            (
                request.url.as_str(),
                request.body.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        sent,
        [
            (
                "https://zoom.us/oauth/token",
                "grant_type=authorization_code&code=co%26de&redirect_uri=https%3A%2F%2Fx.example%2Fcb&code_verifier=ver"
            ),
            (
                "https://zoom.us/oauth/token",
                "grant_type=refresh_token&refresh_token=re%2Bfresh"
            ),
            (
                "https://zoom.us/oauth/token",
                "grant_type=account_credentials&account_id=acc"
            ),
            ("https://zoom.us/oauth/revoke", "token=tok"),
        ]
    );
    for request in &requests {
        assert_eq!(request.method, Method::Post);
        let basic = (
            "authorization".to_owned(),
            "Basic Y2xpZW50OmlkOnNlYyByZXQ=".to_owned(),
        );
        assert!(request.headers.contains(&basic));
    }
}

#[tokio::test]
async fn good_answers() {
    let set = refreshed(json(200, GOOD)).await.unwrap();
    assert_eq!(set.access.expose_secret(), "eyJa.b-c_d");
    assert_eq!(set.refresh.unwrap().expose_secret(), "eyJr");
    assert_eq!(set.expires_in_s, 3599);
    assert_eq!(
        set.scopes,
        ["user:read:list_users:admin", "user:read:settings:admin"]
    );
    assert_eq!(set.api_url.as_deref(), Some("https://api-us.zoom.us"));
}

#[tokio::test]
async fn k05_incomplete_but_usable_answers() {
    let set = refreshed(json(200, r#"{"access_token":"a","refresh_token":null}"#))
        .await
        .unwrap();
    assert!(set.refresh.is_none() && set.scopes.is_empty() && set.api_url.is_none());
    assert_eq!(set.expires_in_s, 3600);
    for (sent, life) in [
        ("\"600\"", 600),
        ("-5", 0),
        ("99999999999", 86400),
        ("\"?\"", 3600),
    ] {
        let body = format!(r#"{{"access_token":"a","expires_in":{sent},"refresh_token":""}}"#);
        let set = refreshed(json(200, &body)).await.unwrap();
        assert_eq!(set.expires_in_s, life, "{sent}");
        assert!(set.refresh.is_none());
    }
}

#[tokio::test]
async fn k04_k05_lost_and_strange_answers_are_never_final() {
    let strange = [
        Err(TransportError::Timeout),
        Err(TransportError::Interrupted("reset".to_owned())),
        Err(TransportError::Connect("refused".to_owned())),
        json(500, r#"{"reason":"x","error":"invalid_grant"}"#),
        json(503, ""),
        json(429, "{}"),
        json(408, ""),
        json(200, ""),
        json(200, "{}"),
        json(200, "<html>"),
        json(200, &GOOD[..60]),
        json(200, r#"{"access_token":null}"#),
        json(200, r#"{"access_token":""}"#),
        json(200, r#"{"access_token":{"a":1}}"#),
        json(200, r#"{"access_token":"a\r\nx-evil: 1"}"#),
        json(200, r#"{"access_token":"a","refresh_token":"b c"}"#),
        json(200, r#"{"access_token":"a","token_type":"mac"}"#),
        with(302, &[("location", "https://evil.example")], ""),
        json(400, "<html>"),
        json(
            400,
            r#"{"reason":"App disabled","error":"unauthorized_client"}"#,
        ),
        json(401, ""),
        json(404, ""),
    ];
    for answer in strange {
        let shown = format!("{answer:?}");
        let error = refreshed(answer).await.unwrap_err();
        assert!(!error.is_terminal(), "{shown}: {error:?}");
    }
}

#[tokio::test]
async fn refusals_are_distinguished() {
    let invalid_token = r#"{"reason":"Invalid Token!","error":"invalid_grant"}"#;
    let error = refreshed(json(400, invalid_token)).await.unwrap_err();
    assert_eq!(error, OAuthError::InvalidGrant("Invalid Token!".to_owned()));
    assert!(error.is_terminal());
    let error = refreshed(json(200, invalid_token)).await.unwrap_err();
    assert_eq!(error, OAuthError::InvalidGrant("Invalid Token!".to_owned()));

    let wrong = r#"{"reason":"Invalid client_id or client_secret","error":"invalid_client"}"#;
    for status in [400, 401] {
        let error = refreshed(json(status, wrong)).await.unwrap_err();
        assert!(matches!(error, OAuthError::InvalidClient(_)) && error.is_terminal());
    }

    let code = r#"{"reason":"Invalid authorization code abc","error":"invalid_request"}"#;
    let error = exchanged(json(400, code)).await.unwrap_err();
    assert!(matches!(error, OAuthError::InvalidCode(_)) && !error.is_terminal());
    let error = exchanged(json(400, invalid_token)).await.unwrap_err();
    assert_eq!(error, OAuthError::InvalidCode("Invalid Token!".to_owned()));

    let error = refreshed(json(400, r#"{"reason":"Bad","error":"invalid_request"}"#)).await;
    let expected = OAuthError::Refused {
        status: 400,
        error: "invalid_request".to_owned(),
        reason: "Bad".to_owned(),
    };
    assert_eq!(error.unwrap_err(), expected);
    assert_eq!(
        refreshed(json(503, "")).await.unwrap_err(),
        OAuthError::Busy { status: 503 }
    );
}
