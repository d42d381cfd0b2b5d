//! OAuth: the way through the pages, the tokens, and every wrong turn.

use crate::world::{Answer, REDIRECT, World};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zoom_sim::{RefreshMode, SignIn};

fn hidden(page: &str, name: &str) -> String {
    let at = page
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .expect("a hidden field");
    at.split('"').next().unwrap().to_owned()
}

fn parameter(location: &str, name: &str) -> Option<String> {
    let url = reqwest::Url::parse(location).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

impl World {
    async fn authorize(&self, query: &[(&str, &str)]) -> Answer {
        let url = format!("{}/oauth/authorize", self.base);
        Answer::of(self.http.get(url).query(query).send().await.unwrap()).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.base);
        Answer::of(self.http.post(url).form(form).send().await.unwrap()).await
    }

    async fn review(&self, user: &SignIn, more: &[(&str, &str)]) -> Answer {
        let app = self.sim.oauth_app();
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", &app.client_id),
            ("redirect_uri", REDIRECT),
            ("state", "a b&c=d"),
        ];
        query.extend_from_slice(more);
        let page = self.authorize(&query).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("Simulated Zoom"));
        let ask = hidden(&page.text, "ask");
        let form = [
            ("ask", ask.as_str()),
            ("email", &user.email),
            ("password", &user.password),
        ];
        self.post("/oauth/signin", &form).await
    }

    /// Authorises and gives the code.
    pub(crate) async fn code(&self, user: &SignIn, more: &[(&str, &str)]) -> String {
        let page = self.review(user, more).await;
        let signed = hidden(&page.text, "signed");
        let done = self
            .post(
                "/oauth/consent",
                &[("signed", &signed), ("action", "authorize")],
            )
            .await;
        assert_eq!(done.status, 302);
        let location = done.headers["location"].to_str().unwrap();
        assert_eq!(parameter(location, "state").as_deref(), Some("a b&c=d"));
        parameter(location, "code").unwrap()
    }

    pub(crate) async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
        ];
        form.extend_from_slice(more);
        let app = self.sim.oauth_app();
        self.token(&app.client_id, &app.client_secret, &form).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        let app = self.sim.oauth_app();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(&app.client_id, &app.client_secret, &form).await
    }
}

fn text(answer: &Answer, name: &str) -> String {
    answer.json[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {}", answer.text))
        .to_owned()
}

#[tokio::test]
async fn an_administrator_authorises_and_the_app_reads_the_account() {
    let world = World::new(60).await;
    let user = &world.sim.sign_ins()[0];
    let page = world.review(user, &[]).await;
    assert!(page.text.contains("View the list of users") && page.text.contains(&user.email));
    let tokens = world.exchange(&world.code(user, &[]).await, &[]).await;
    assert_eq!(tokens.status, 200);
    assert_eq!(tokens.json["expires_in"], 3599);
    assert_eq!(tokens.json["token_type"], "bearer");
    assert_eq!(text(&tokens, "api_url"), world.base);
    assert!(text(&tokens, "scope").contains("user:read:list_users:admin"));
    let me = world
        .get_as(&text(&tokens, "access_token"), "/users/me")
        .await;
    assert_eq!(me.json["email"], user.email.as_str());
    assert_eq!(me.json["account_id"], user.account_id.as_str());
    assert!(
        me.headers["x-zm-trackingid"]
            .to_str()
            .unwrap()
            .contains("rid=WEB_")
    );
}

#[tokio::test]
async fn the_second_account_is_another_company() {
    let world = World::new(60).await;
    let accounts = world.sim.accounts();
    let user = &accounts[1].sign_ins[0];
    let tokens = world.exchange(&world.code(user, &[]).await, &[]).await;
    let me = world
        .get_as(&text(&tokens, "access_token"), "/users/me")
        .await;
    assert_eq!(me.json["account_id"], accounts[1].id.as_str());
    assert_ne!(accounts[0].id, accounts[1].id);
}

#[tokio::test]
async fn declining_sends_back_access_denied_with_the_state() {
    let world = World::new(20).await;
    let page = world.review(&world.sim.sign_ins()[0], &[]).await;
    let signed = hidden(&page.text, "signed");
    let done = world
        .post(
            "/oauth/consent",
            &[("signed", &signed), ("action", "decline")],
        )
        .await;
    let location = done.headers["location"].to_str().unwrap();
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(location, "state").as_deref(), Some("a b&c=d"));
    assert_eq!(parameter(location, "code"), None);
}

#[tokio::test]
async fn optional_scopes_can_be_unticked() {
    let world = World::new(20).await;
    let more = [
        ("scope", "user:read:list_users:admin"),
        (
            "optional_scope",
            "group:read:list_groups:admin report:read:list_users:admin",
        ),
    ];
    let page = world.review(&world.sim.sign_ins()[0], &more).await;
    let signed = hidden(&page.text, "signed");
    let form = [
        ("signed", signed.as_str()),
        ("action", "authorize"),
        ("scope", "report:read:list_users:admin"),
    ];
    let done = world.post("/oauth/consent", &form).await;
    let code = parameter(done.headers["location"].to_str().unwrap(), "code").unwrap();
    let tokens = world.exchange(&code, &[]).await;
    assert_eq!(
        text(&tokens, "scope"),
        "user:read:list_users:admin report:read:list_users:admin"
    );
    assert_eq!(
        world
            .get_as(&text(&tokens, "access_token"), "/groups")
            .await
            .refusal(),
        (400, 4711)
    );
}

#[tokio::test]
async fn wrong_asks_end_on_an_error_page_with_a_number() {
    let world = World::new(20).await;
    let app = world.sim.oauth_app();
    let id = app.client_id.as_str();
    let base = [
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", REDIRECT),
    ];
    assert_eq!(world.authorize(&base).await.status, 200);
    let cases = [
        ([base[0], ("client_id", "other"), base[2]], "(4,702)"),
        (
            [
                base[0],
                base[1],
                (
                    "redirect_uri",
                    "http://127.0.0.1:8080/integrations/zoom/callback/",
                ),
            ],
            "(4,709)",
        ),
        ([("response_type", "token"), base[1], base[2]], "(4,705)"),
    ];
    for (query, number) in cases {
        let page = world.authorize(&query).await;
        assert_eq!(page.status, 400);
        assert!(page.text.contains(number), "{number} in {}", page.text);
    }
    let mut query = base.to_vec();
    query.push(("scope", "user:write:everything"));
    assert_eq!(world.authorize(&query).await.status, 400);
}

#[tokio::test]
async fn wrong_passwords_and_plain_members_get_no_further() {
    let world = World::new(20).await;
    let sign_ins = world.sim.sign_ins();
    let mut wrong = sign_ins[0].clone();
    wrong.password.push('x');
    let page = world.review(&wrong, &[]).await;
    assert!(page.text.contains("Incorrect email or password"));
    let page = world.review(&sign_ins[3], &[]).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("Contact your account administrator"));
    let page = world
        .post(
            "/oauth/consent",
            &[("signed", "forged.x"), ("action", "authorize")],
        )
        .await;
    assert_eq!(page.status, 400);
}

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
