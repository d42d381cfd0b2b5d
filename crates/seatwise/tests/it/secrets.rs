//! S20: secrets that pass through the whole program appear nowhere: not in the log at level `trace`, the
//! files of the database, pages, responses or metrics.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use model::IntegrationId;
use secrecy::ExposeSecret as _;
use testkit::clock::SystemClock;
use testkit::web::Visitor;

use crate::program::{OWNER, PASSWORD, Served, seatwise_with};

/// The encodings in which a secret could appear.
fn forms(secret: &str) -> Vec<String> {
    let hex = secret
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat();
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    vec![
        secret.to_owned(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex.to_uppercase(),
        hex,
        encoded,
    ]
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// Texts and files in which no secret may appear, by the place where they were found.
type Shown = BTreeMap<String, Vec<u8>>;

/// Every kind of page and metric.
const PAGES: &[&str] = &[
    "/",
    "/integrations",
    "/integrations/zoom",
    "/i/2",
    "/i/2/users",
    "/i/2/users.csv",
    "/i/2/groups",
    "/i/2/account",
    "/i/2/meetings",
    "/i/2/sign-ins",
    "/i/2/admin-changes",
    "/i/2/runs",
    "/i/2/integration",
    "/members",
    "/settings",
    "/audit",
    "/api",
    "/api/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/oauth/zoom/callback?code=canary&state=canary",
    "/no/such/page",
    "/i/2/disconnect",
    "/integrations/zoom/add?method=oauth&integration=2",
];

const API: &[&str] = &[
    "",
    "/1",
    "/2",
    "/2/users",
    "/2/facets",
    "/2/groups",
    "/2/streams",
    "/2/runs",
    "/2/meetings",
    "/2/sign-ins",
    "/2/admin-changes",
    "/2/usage",
    "/2/account-settings",
];

#[tokio::test(flavor = "multi_thread")]
async fn s20_no_secret_appears_anywhere() {
    let served = Served::start(40, |_| ()).await;
    let visitor = served.owner().await;
    let mut shown = Shown::new();

    // Both ways of connecting, a wrong password and an API token.
    sign_in_wrongly(&served, &mut shown).await;
    connect_by_secret(&served, &visitor, &mut shown).await;
    let (code, state) = return_with_refused_code(&served, &visitor, &mut shown).await;
    let back = served.connect_by_oauth(&visitor, 1).await;
    assert!(back.status.is_success(), "{} {}", back.url, back.body);
    for id in [1, 2] {
        served.first_sync(&visitor, id).await;
    }

    let token = new_token(&served, &visitor).await;

    open_pages(&served, &visitor, &mut shown).await;
    call_api(&served, &Visitor::with_token(&token), &mut shown).await;
    run_commands(&served, &mut shown).await;

    // The search works, because it finds text that must be there.
    let mut secrets = secrets(&served, &visitor).await;
    secrets.insert("the API token", token);
    secrets.insert("an authorisation code", code);
    secrets.insert("a state", state);
    assert!(secrets.contains_key("refresh token 2"), "2 has one");

    stop_and_read_files(served, &mut shown).await;
    let found = places(&secrets, &shown);
    assert!(found.is_empty(), "{found:#?}");
}

async fn sign_in_wrongly(served: &Served, shown: &mut Shown) {
    let wrong = Visitor::new();
    let page = wrong.open(&served.at("/sign-in")).await;
    let form = page
        .form("/sign-in")
        .fill("email", OWNER)
        .fill("password", "a wrong password canary");
    let refused = wrong.submit(&page, &form).await;
    shown.insert("wrong password".to_owned(), refused.body.into_bytes());
}

/// Connects the first account by its own app. The first try is refused, so that an error page has received
/// the secret too.
async fn connect_by_secret(served: &Served, visitor: &Visitor, shown: &mut Shown) {
    let credentials = served.zoom.sim.credentials();
    let page = visitor
        .open(&served.at("/integrations/zoom/add?method=server-to-server"))
        .await;
    let form = page
        .form("/server-to-server")
        .fill("account_id", &credentials.account_id)
        .fill("client_id", &credentials.client_id)
        .fill("client_secret", &credentials.client_secret);
    let refused = visitor
        .submit(&page, &form.clone().fill("account_id", "nonsense"))
        .await;
    shown.insert("refused credentials".to_owned(), refused.body.into_bytes());
    let connected = visitor.submit(&page, &form).await;
    let connected = visitor.follow(connected).await;
    assert!(connected.status.is_success(), "{}", connected.body);
}

/// Comes back from Zoom with a code that Zoom refuses and repeats in its response. Returns the code and the
/// state of the authorisation.
async fn return_with_refused_code(
    served: &Served,
    visitor: &Visitor,
    shown: &mut Shown,
) -> (String, String) {
    let leave = async || {
        let app = served.zoom.sim.oauth_app();
        let page = visitor.open(&served.at("/integrations/zoom/add")).await;
        let form = page
            .form("/add/oauth")
            .fill("client_id", &app.client_id)
            .fill("client_secret", &app.client_secret);
        let seen = visitor.submit(&page, &form).await;
        let person = served.zoom.sim.accounts()[1].sign_ins[0].clone();
        testkit::install::walk_through_zoom(
            &seen.redirect().unwrap(),
            &person.email,
            &person.password,
            "Authorize",
        )
        .await
    };
    let mut address = leave().await;
    let parameters: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    let code = format!("{}canary", parameters["code"]);
    let state = parameters["state"].clone();
    address
        .query_pairs_mut()
        .clear()
        .append_pair("code", &code)
        .append_pair("state", &state);
    let refused = visitor.open(&address).await;
    assert!(refused.body.contains("code_invalid"), "{}", refused.body);
    let place = format!("{}{}", refused.url, refused.body);
    shown.insert("a refused code".to_owned(), place.into_bytes());
    (code, state)
}

async fn new_token(served: &Served, visitor: &Visitor) -> String {
    let page = visitor.open(&served.at("/settings")).await;
    let form = page.form("/settings/tokens").fill("label", "canary");
    let made = visitor.submit(&page, &form).await;
    let made = visitor.follow(made).await;
    made.body
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .filter(|word| word.len() >= 40)
        .find(|word| word.starts_with("swt_"))
        .unwrap_or_else(|| panic!("the new token is shown once: {}", made.body))
        .to_owned()
}

async fn open_pages(served: &Served, visitor: &Visitor, shown: &mut Shown) {
    for path in PAGES {
        let seen = visitor.open(&served.at(path)).await;
        shown.insert(format!("page {path}"), seen.body.into_bytes());
    }
    // The metrics are there, so the search covers them.
    let measured = String::from_utf8_lossy(&shown["page /metrics"]).into_owned();
    for name in [
        "seatwise_http_request_seconds_bucket{",
        "seatwise_integration_active{integration=\"2\"} 1",
        "seatwise_last_complete_sync_timestamp_seconds{integration=\"2\"}",
    ] {
        assert!(measured.contains(name), "{name} is not in {measured}");
    }
}

async fn call_api(served: &Served, program: &Visitor, shown: &mut Shown) {
    for path in API {
        let seen = program
            .open(&served.at(&format!("/api/v1/integrations{path}")))
            .await;
        assert!(
            seen.status.is_success(),
            "{path}: {} {}",
            seen.status,
            seen.body
        );
        shown.insert(format!("api {path}"), seen.body.into_bytes());
    }
}

async fn run_commands(served: &Served, shown: &mut Shown) {
    for arguments in [
        &["integrations", "list", "--json"][..],
        &["doctor", "--log", "trace"],
        &["sync", "2", "--log", "trace"],
    ] {
        let ended = seatwise_with(&served.database, &served.zoom)
            .run(arguments)
            .await;
        shown.insert(
            format!("{arguments:?}"),
            format!("{}{}", ended.out, ended.err).into_bytes(),
        );
    }
}

/// The secrets that the program was given or made, by their names.
async fn secrets(served: &Served, visitor: &Visitor) -> BTreeMap<&'static str, String> {
    let credentials = served.zoom.sim.credentials();
    let store = served.database.open(Arc::new(SystemClock)).await;
    let app = served.zoom.sim.oauth_app();
    let cookies = visitor.cookies(&served.url);
    let cookie = |start: &str| {
        let value = cookies
            .split("; ")
            .find_map(|cookie| cookie.strip_prefix(start));
        value.unwrap().to_owned()
    };
    let mut secrets = BTreeMap::from([
        ("the password", PASSWORD.to_owned()),
        ("a wrong password", "a wrong password canary".to_owned()),
        ("the server-to-server secret", credentials.client_secret),
        ("the general app's secret", app.client_secret.clone()),
        (
            "basic credentials",
            format!("{}:{}", app.client_id, app.client_secret),
        ),
        ("the session", cookie("seatwise=")),
        ("the known device", cookie("seatwise-device=")),
        ("the master key", String::from_utf8(vec![7; 32]).unwrap()),
    ]);
    for (number, access, refresh) in [
        (1, "access token 1", "refresh token 1"),
        (2, "access token 2", "refresh token 2"),
    ] {
        let connection = store
            .connection(IntegrationId(number))
            .await
            .unwrap()
            .unwrap();
        let tokens = connection.tokens.unwrap();
        secrets.insert(access, tokens.access.expose_secret().to_owned());
        if let Some(token) = tokens.refresh {
            secrets.insert(refresh, token.expose_secret().to_owned());
        }
    }
    store.close().await;
    secrets
}

/// Stops the server, and reads its log, its arguments and the files of its database.
async fn stop_and_read_files(served: Served, shown: &mut Shown) {
    let arguments =
        std::fs::read(format!("/proc/{}/cmdline", served.server.id())).unwrap_or_default();
    shown.insert("command line".to_owned(), arguments);
    let ended = served.server.stop().await;
    assert!(
        ended.err.lines().count() > 200,
        "the log was at its loudest"
    );
    shown.insert(
        "log".to_owned(),
        format!("{}{}", ended.out, ended.err).into_bytes(),
    );
    for entry in std::fs::read_dir(served.database.directory()).unwrap() {
        let path = entry.unwrap().path();
        shown.insert(path.display().to_string(), std::fs::read(&path).unwrap());
    }
    assert!(shown.keys().any(|name| name.ends_with("seatwise.db")));
}

/// The places in which a secret appears in any form.
fn places(secrets: &BTreeMap<&str, String>, shown: &Shown) -> Vec<String> {
    let mut found = Vec::new();
    for (name, secret) in secrets {
        assert!(secret.len() >= 12, "{name} is too short to be looked for");
        for form in forms(secret) {
            for (place, bytes) in shown {
                if contains(bytes, form.as_bytes()) {
                    found.push(format!("{name} in {place}"));
                }
            }
        }
    }
    let key = STANDARD.encode([7; 32]);
    for (place, bytes) in shown {
        if contains(bytes, key.as_bytes()) {
            found.push(format!("the master key in {place}"));
        }
    }
    found.sort();
    found.dedup();
    found
}
