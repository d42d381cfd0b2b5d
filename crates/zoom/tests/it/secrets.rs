//! S20: no secret in any text that could end up in a log.

use secrecy::SecretString;
use zoom::oauth::{Pkce, TokenSet};
use zoom::transport::{HttpRequest, HttpResponse, Method, ReqwestTransport, Transport as _};
use zoom::{AccessToken, UserStatus};

use crate::script::{Script, client, json};

const CANARY: &str = "canary-5e3f";

#[test]
fn s20_debug_forms_hold_no_secret() {
    let secret = || SecretString::from(CANARY);
    let url = format!("https://user:{CANARY}@zoom.us/oauth/token?code={CANARY}#{CANARY}");
    let request = HttpRequest {
        method: Method::Post,
        url: url.parse().unwrap(),
        headers: vec![("authorization".to_owned(), format!("Bearer {CANARY}"))],
        body: Some(format!("refresh_token={CANARY}")),
    };
    let response = HttpResponse {
        status: 200,
        headers: vec![("set-cookie".to_owned(), CANARY.to_owned())],
        body: CANARY.into(),
    };
    let token = AccessToken {
        secret: secret(),
        api_url: "https://api.zoom.us".parse().unwrap(),
        generation: 1,
    };
    let set = TokenSet {
        access: secret(),
        refresh: Some(secret()),
        expires_in_s: 1,
        scopes: vec![],
        api_url: None,
    };
    let pkce = Pkce {
        verifier: secret(),
        challenge: "c".to_owned(),
    };
    let shown = format!("{request:?} {response:?} {token:?} {set:?} {pkce:?}");
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(shown.contains("/oauth/token"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn s20_errors_quote_no_data_of_an_unusable_answer() {
    for body in [
        format!("<html>{CANARY}"),
        format!(r#"{{"a":"{CANARY}""#),
        CANARY.to_owned(),
    ] {
        let script = Script::always(move |_| json(200, &body));
        let error = client(&script)
            .users(UserStatus::Active, 300, None)
            .await
            .unwrap_err();
        assert!(!format!("{error:?} {error}").contains(CANARY), "{error:?}");
    }
}

#[tokio::test]
async fn s20_errors_of_the_transport_name_no_query_and_no_header() {
    let transport = ReqwestTransport::new().unwrap();
    // Port 9 on loopback, where no server listens.
    let request = HttpRequest {
        method: Method::Get,
        url: format!("http://127.0.0.1:9/x?token={CANARY}")
            .parse()
            .unwrap(),
        headers: vec![("authorization".to_owned(), format!("Bearer {CANARY}"))],
        body: None,
    };
    let error = transport.send(request.clone()).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(CANARY), "{error:?}");
    let mut broken = request;
    broken.headers[0].1 = format!("{CANARY}\r\nx: y");
    let error = transport.send(broken).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(CANARY), "{error:?}");
}
