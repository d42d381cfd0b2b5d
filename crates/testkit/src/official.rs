//! A Zoom made of Zoom's own API documents: a mock server answers each operation with the examples
//! of the documents. A proxy in front of it returns tokens, removes `/v2`, and makes the examples
//! consistent with one another, because they contain single pages of endless lists.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::routing::{any, post};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use crate::{node, wait};

/// The documents with the operations that Seatwise uses.
const DOCUMENTS: [&str; 3] = ["users", "accounts", "meetings"];
/// The operations that Seatwise uses. The many others are removed, because the mock server would
/// have to load them.
const OPERATIONS: [&str; 16] = [
    "/users",
    "/users/summary",
    "/users/{userId}",
    "/users/{userId}/permissions",
    "/users/{userId}/settings",
    "/groups",
    "/accounts/{accountId}/settings",
    "/accounts/{accountId}/lock_settings",
    "/accounts/{accountId}/managed_domains",
    "/accounts/{accountId}/trusted_domains",
    "/report/users",
    "/report/history_meetings",
    "/report/activities",
    "/report/operationlogs",
    "/report/daily",
    "/report/upcoming_events",
];

/// Runs until it is dropped.
pub struct Official {
    /// Base of the REST interface and of the OAuth pages.
    pub url: Url,
    _mock: Child,
    _document: tempfile::NamedTempFile,
    _stop: DropGuard,
}

struct Front {
    client: reqwest::Client,
    mock: Url,
    base: Url,
}

/// The directory of the documents, if it exists.
#[must_use]
pub fn documents() -> Option<PathBuf> {
    let place = node::workspace().join("../shared/zoom");
    place.join("users.openapi.json").exists().then_some(place)
}

/// One document with the used operations only.
fn document(place: &std::path::Path) -> Value {
    let mut paths = Map::new();
    let mut merged = Value::Null;
    for name in DOCUMENTS {
        let file = place.join(format!("{name}.openapi.json"));
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut document: Value = serde_json::from_str(&text).expect("the document is JSON");
        for path in OPERATIONS {
            if let Some(get) = document["paths"][path].get("get") {
                paths.insert(path.to_owned(), json!({ "get": get }));
            }
        }
        if merged.is_null() {
            merged = json!({
                "openapi": document["openapi"].take(),
                "info": { "title": "Zoom", "version": "1" },
                "components": document["components"].take(),
            });
        }
    }
    for path in OPERATIONS {
        assert!(
            paths.contains_key(path),
            "no official document describes {path}"
        );
    }
    merged["paths"] = Value::Object(paths);
    merged
}

impl Official {
    /// Starts the mock server and its proxy; `None` if the documents do not exist.
    ///
    /// # Panics
    /// When the mock server cannot be started.
    pub async fn start() -> Option<Self> {
        let file = tempfile::Builder::new()
            .suffix(".json")
            .tempfile()
            .expect("a temporary file");
        std::fs::write(file.path(), document(&documents()?).to_string())
            .expect("it can be written");
        // The port was free a moment ago, and it is unlikely that another process takes it in
        // between.
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = free
            .local_addr()
            .expect("a bound socket has an address")
            .port();
        drop(free);
        let mock = Command::new("node")
            .arg(node::file("@stoplight/prism-cli/dist/index.js"))
            .args(["mock", "-h", "127.0.0.1", "-p", &port.to_string()])
            .arg(file.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts");
        let mock_url: Url = format!("http://127.0.0.1:{port}")
            .parse()
            .expect("an address");
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client");
        wait::until("the mock server answers", async || {
            client.get(mock_url.clone()).send().await.ok()
        })
        .await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let url: Url = format!("http://{address}").parse().expect("an address");
        let front = Arc::new(Front {
            client,
            mock: mock_url,
            base: url.clone(),
        });
        let router = Router::new()
            .route("/oauth/token", post(token))
            .route("/v2/{*path}", any(answer))
            .with_state(front);
        let stop = CancellationToken::new();
        let until = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(until)
                .await
                .expect("the front serves");
        });
        Some(Self {
            url,
            _mock: mock,
            _document: file,
            _stop: stop.drop_guard(),
        })
    }
}

fn reply(status: StatusCode, value: &Value) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(value.to_string()))
        .expect("a status, a header and a body")
}

async fn token(State(front): State<Arc<Front>>) -> Response<Body> {
    reply(
        StatusCode::OK,
        &json!({
            "access_token": "official", "token_type": "bearer", "expires_in": 3599,
            "scope": connector_zoom::ZOOM.scopes.classic.join(" "),
            "api_url": front.base.as_str().trim_end_matches('/'),
        }),
    )
}

async fn answer(State(front): State<Arc<Front>>, request: Request) -> Response<Body> {
    let mut target = front.mock.clone();
    let path = request.uri().path();
    target.set_path(path.strip_prefix("/v2").unwrap_or(path));
    target.set_query(request.uri().query());
    let asked = front
        .client
        .get(target)
        .bearer_auth("official")
        .header("accept", "application/json");
    let answered = asked.send().await.expect("the mock server answers");
    let status = StatusCode::from_u16(answered.status().as_u16()).expect("a status");
    let text = answered.text().await.expect("an answer is text");
    let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
        return reply(
            StatusCode::BAD_GATEWAY,
            &json!({ "code": 502, "message": text }),
        );
    };
    if status == StatusCode::NOT_FOUND && value.get("type").is_some() {
        // No document describes this operation, so this is Zoom's answer for an unknown path.
        let unknown = json!({ "code": 2300, "message": "This API endpoint is not recognized." });
        return reply(StatusCode::BAD_REQUEST, &unknown);
    }
    one_page(&mut value);
    ahead(&mut value, request.uri().query().unwrap_or_default());
    reply(status, &value)
}

/// Moves the examples of upcoming events, which are years old, to the last requested day.
fn ahead(value: &mut Value, query: &str) {
    let asked = |name: &str| {
        let mut parts = query.split('&').filter_map(|part| part.split_once('='));
        let found = parts.find(|(have, _)| *have == name);
        found.map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let Some(rows) = value
        .get_mut("upcoming_events")
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    for row in rows {
        row["start_time"] = json!(format!("{}T07:40:46Z", asked("to")));
    }
    value["from"] = json!(asked("from"));
    value["to"] = json!(asked("to"));
}

/// Makes the example a complete list: no next page, and the number of rows as the total.
fn one_page(value: &mut Value) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    if object.contains_key("next_page_token") {
        object.insert("next_page_token".to_owned(), json!(""));
    }
    let rows = [
        "users",
        "groups",
        "meetings",
        "activity_logs",
        "operation_logs",
        "history_meetings",
    ]
    .iter()
    .find_map(|list| object.get(*list)?.as_array().map(Vec::len));
    if let (Some(rows), true) = (rows, object.contains_key("total_records")) {
        object.insert("total_records".to_owned(), json!(rows));
    }
}
