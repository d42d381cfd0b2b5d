//! OAuth: the pages, the tokens, and all errors.

use crate::world::{Answer, REDIRECT, World};
use zoom_sim::SignIn;

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

    /// Authorises the app and returns the code.
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

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        let app = self.sim.oauth_app();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(&app.client_id, &app.client_secret, &form).await
    }
}

pub(crate) fn text(answer: &Answer, name: &str) -> String {
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
