//! Codes and tokens: exchange, renewal, revocation.

use crate::flow::text;
use crate::world::{Answer, World};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zoom_sim::RefreshMode;

#[tokio::test]
async fn codes_are_good_once_for_five_minutes_and_for_their_address() {
    let world = World::new(20).await;
    let user = &world.sim.sign_ins()[0];
    let code = world.code(user, &[]).await;
    let app = world.sim.oauth_app();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "http://x"),
    ];
    let other = world.token(&app.client_id, &app.client_secret, &form).await;
    assert_eq!(
        (other.status, text(&other, "error")),
        (400, "invalid_request".to_owned())
    );
    assert_eq!(world.exchange(&code, &[]).await.status, 200);
    let again = world.exchange(&code, &[]).await;
    assert_eq!(
        (again.status, text(&again, "error")),
        (400, "invalid_request".to_owned())
    );
    assert!(text(&again, "reason").starts_with("Invalid authorization code"));
    let late = world.code(user, &[]).await;
    world.advance_ms(5 * 60 * 1000);
    assert_eq!(world.exchange(&late, &[]).await.status, 400);
    let wrong = world.token(&app.client_id, "wrong", &form).await;
    assert_eq!(
        (wrong.status, text(&wrong, "error")),
        (400, "invalid_client".to_owned())
    );
}

#[tokio::test]
async fn the_code_verifier_is_checked() {
    let world = World::new(20).await;
    let user = &world.sim.sign_ins()[0];
    let verifier = "a-verifier-that-is-long-enough-to-be-a-good-one";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let hashed = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let plain = [("code_challenge", verifier)];
    for more in [&hashed[..], &plain[..]] {
        let code = world.code(user, more).await;
        assert_eq!(world.exchange(&code, &[]).await.status, 400);
        assert_eq!(
            world
                .exchange(&code, &[("code_verifier", "wrong")])
                .await
                .status,
            400
        );
        assert_eq!(
            world
                .exchange(&code, &[("code_verifier", verifier)])
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn refresh_tokens_rotate_and_old_ones_end() {
    let world = World::new(20).await;
    let first = world
        .exchange(&world.code(&world.sim.sign_ins()[0], &[]).await, &[])
        .await;
    let second = world.refresh(&text(&first, "refresh_token")).await;
    assert_eq!(second.status, 200);
    let old = world.refresh(&text(&first, "refresh_token")).await;
    assert_eq!(old.status, 400);
    assert_eq!(
        old.json,
        serde_json::json!({"reason": "Invalid Token!", "error": "invalid_grant"})
    );
    assert_eq!(
        world
            .get_as(&text(&second, "access_token"), "/users")
            .await
            .status,
        200
    );
    world.advance_ms(3_600_000);
    let late = world.get_as(&text(&second, "access_token"), "/users").await;
    assert_eq!(
        (late.refusal(), text(&late, "message")),
        ((401, 124), "Access token is expired.".to_owned())
    );
    let third = world.refresh(&text(&second, "refresh_token")).await;
    assert_eq!(third.status, 200);
    world
        .sim
        .control()
        .set_refresh_mode(RefreshMode::FamilyRevocation);
    assert_eq!(
        world.refresh(&text(&second, "refresh_token")).await.status,
        400
    );
    assert_eq!(
        world.refresh(&text(&third, "refresh_token")).await.status,
        400
    );
    assert_eq!(
        world
            .get_as(&text(&third, "access_token"), "/users")
            .await
            .refusal(),
        (401, 124)
    );
}

#[tokio::test]
async fn k02_an_old_refresh_token_lives_on_for_a_while_in_grace() {
    let world = World::new(20).await;
    world.sim.control().set_refresh_mode(RefreshMode::Grace(60));
    let first = world
        .exchange(&world.code(&world.sim.sign_ins()[0], &[]).await, &[])
        .await;
    assert_eq!(
        world.refresh(&text(&first, "refresh_token")).await.status,
        200
    );
    world.advance_ms(60_000);
    assert_eq!(
        world.refresh(&text(&first, "refresh_token")).await.status,
        200
    );
    world.advance_ms(1);
    assert_eq!(
        world.refresh(&text(&first, "refresh_token")).await.status,
        400
    );
}

#[tokio::test]
async fn a_second_authorisation_ends_the_first_and_revoking_ends_it_too() {
    let world = World::new(20).await;
    let user = &world.sim.sign_ins()[0];
    let first = world.exchange(&world.code(user, &[]).await, &[]).await;
    let second = world.exchange(&world.code(user, &[]).await, &[]).await;
    assert_eq!(
        world
            .get_as(&text(&first, "access_token"), "/users")
            .await
            .refusal(),
        (401, 124)
    );
    let ended = world.refresh(&text(&first, "refresh_token")).await;
    assert_eq!(text(&ended, "error"), "invalid_grant");
    assert!(text(&ended, "reason").contains("4,741"));
    assert_eq!(
        world
            .get_as(&text(&second, "access_token"), "/users")
            .await
            .status,
        200
    );
    let app = world.sim.oauth_app();
    let url = format!(
        "{}/oauth/revoke?token={}",
        world.base,
        text(&second, "access_token")
    );
    let request = world
        .http
        .post(url)
        .basic_auth(&app.client_id, Some(&app.client_secret));
    let revoked = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(revoked.json, serde_json::json!({"status": "success"}));
    assert_eq!(
        world
            .get_as(&text(&second, "access_token"), "/users")
            .await
            .refusal(),
        (401, 124)
    );
    assert_eq!(
        world.refresh(&text(&second, "refresh_token")).await.status,
        400
    );
}

#[tokio::test]
async fn server_to_server_tokens_need_their_account_and_live_side_by_side() {
    let world = World::new(20).await;
    let app = world.sim.credentials();
    let form = [
        ("grant_type", "account_credentials"),
        ("account_id", app.account_id.as_str()),
    ];
    let one = world.token(&app.client_id, &app.client_secret, &form).await;
    let two = world.token(&app.client_id, &app.client_secret, &form).await;
    assert!(one.json.get("refresh_token").is_none());
    for answer in [one, two] {
        assert_eq!(
            world
                .get_as(&text(&answer, "access_token"), "/users")
                .await
                .status,
            200
        );
    }
    let form = [
        ("grant_type", "account_credentials"),
        ("account_id", "other"),
    ];
    assert_eq!(
        world
            .token(&app.client_id, &app.client_secret, &form)
            .await
            .status,
        400
    );
    let wrong = world.token(&app.client_id, "x", &form).await;
    assert_eq!(
        (wrong.status, text(&wrong, "error")),
        (400, "invalid_client".to_owned())
    );
    world.advance_ms(1);
    world.sim.control().expire_access_tokens();
    assert_eq!(world.get("/users").await.refusal(), (401, 124));
}
