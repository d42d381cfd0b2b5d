//! Handles a request: token, rate limit, scope, role, plan, operation.

use super::answer::Answer;
use super::call::Call;
use super::error::Refusal;
use super::limits::Limit;
use super::operation::Operation;
use super::operations::{methods, operation};
use super::permission::Paid;
use crate::Sim;
use crate::config::{Plan, ScopeStyle};
use crate::injection::{Injected, Outcome};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Largest accepted request body in bytes.
const MOST: usize = 1 << 20;

/// Answers any request under `/v2`.
pub(crate) async fn rest(State(sim): State<Sim>, request: Request) -> Response {
    sim.delay().await;
    let path = request
        .uri()
        .path()
        .strip_prefix("/v2")
        .unwrap_or_default()
        .to_owned();
    let query = request.uri().query().unwrap_or_default();
    let query: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let bearer = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    let method = request.method().to_string();
    let injected = sim.injections().effects_on(&method, &path);
    if let Some(response) = injected.instead().await {
        return response;
    }
    let Ok(sent) = axum::body::to_bytes(request.into_body(), MOST).await else {
        return Answer::refusal(&Refusal::new(413, 300, "Request Body is too large."))
            .into_response();
    };
    let work = {
        let (sim, injected) = (sim.clone(), injected.clone());
        let received = Received {
            method,
            path,
            query,
            bearer,
            sent: sent.to_vec(),
        };
        move || answer(&sim, received, &injected)
    };
    // On a thread of its own, because counting a large account takes long and would delay the other
    // requests of this thread.
    let answer = if sim.is_big() {
        match tokio::task::spawn_blocking(work).await {
            Ok(answer) => answer,
            Err(error) => Answer::refusal(&Refusal::new(500, 500, error.to_string())),
        }
    } else {
        work()
    };
    match injected.after(answer) {
        Outcome::Answer(answer) => {
            let mut answer = answer;
            answer
                .headers
                .entry("x-zm-trackingid")
                .or_insert(sim.tracking());
            answer.into_response()
        }
        Outcome::Response(response) => response,
    }
}

/// The parts of a request before any check.
struct Received {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    bearer: Option<String>,
    sent: Vec<u8>,
}

fn answer(sim: &Sim, received: Received, injected: &Injected) -> Answer {
    let Received {
        method,
        mut path,
        mut query,
        bearer,
        sent,
    } = received;
    injected.edit_query(&mut query);
    let (now, faults) = (sim.now_ms(), sim.faults());
    if !faults.strict {
        path.truncate(path.trim_end_matches('/').len());
    }
    if method == "OPTIONS" {
        return options(&path);
    }
    let Some((operation, parts)) = operation(&method, &path) else {
        return Answer::refusal(&Refusal::unknown_path());
    };
    if query.iter().any(|(name, _)| name == "access_token") {
        let text = "Access token is not supported as query parameter string for this API.";
        return Answer::refusal(&Refusal::new(401, 124, text));
    }
    let access = match sim.access(bearer.as_deref(), now) {
        Ok(access) => access,
        Err(refusal) => return Answer::refusal(&refusal),
    };
    let account = &sim.state.accounts[access.account];
    let plan = sim.state.plan();
    let mut headers = HeaderMap::new();
    let passed = {
        let mut meter = sim.meter(access.account);
        let passed = meter.pass(operation.category, plan, now, sim.state.config.limits);
        let kind = (operation.category, plan);
        meter.headers(faults.limit_headers, kind, passed.err(), now, &mut headers);
        passed
    };
    let refused = passed
        .err()
        .map(|limit: Limit| Refusal::new(429, 429, limit.message()));
    let refused = refused.or_else(|| gate(sim, operation, &access));
    let call = Call {
        sim: &sim.state,
        account,
        faults: &faults,
        path: &path,
        parts,
        query: &query,
        body: &sent,
        now: now.div_euclid(1000),
        user: access.user,
        rows: injected.rows(),
    };
    let done = refused.map_or_else(|| (operation.answer)(&call), Err);
    let mut answer = match done {
        Ok(body) if body.is_empty() => Answer {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body,
        },
        Ok(body) => Answer::json(StatusCode::OK, body),
        Err(refusal) => Answer::refusal(&refusal),
    };
    answer.headers.extend(headers);
    answer
}

/// The methods of a path; any client may ask, because HTTP does not require rights for that.
fn options(path: &str) -> Answer {
    let methods = methods(path);
    let Ok(allow) = HeaderValue::from_str(&format!("{methods}, OPTIONS")) else {
        return Answer::refusal(&Refusal::unknown_path());
    };
    if methods.is_empty() {
        return Answer::refusal(&Refusal::unknown_path());
    }
    Answer {
        status: StatusCode::NO_CONTENT,
        headers: HeaderMap::from_iter([(header::ALLOW, allow)]),
        body: Vec::new(),
    }
}

/// Checks scope, role and plan, in this order as Zoom does.
fn gate(
    sim: &Sim,
    operation: &Operation,
    access: &crate::oauth::grants::Access,
) -> Option<Refusal> {
    let style = sim.state.config.scopes;
    let wanted = match style {
        ScopeStyle::Classic => operation.classic,
        ScopeStyle::Granular => operation.granular,
    };
    let unentitled = matches!(operation.paid, Paid::Never(_));
    if !unentitled && !wanted.iter().any(|scope| sim.in_scope(access, scope)) {
        let list = wanted.join(", ");
        return Some(match style {
            ScopeStyle::Classic => Refusal::new(
                400,
                4700,
                format!("Invalid access token, does not contain scopes: [{list}]."),
            ),
            ScopeStyle::Granular => Refusal::new(
                400,
                4711,
                format!("Invalid access token, does not contain scopes:[{list}]."),
            ),
        });
    }
    if !operation
        .permissions
        .iter()
        .all(|wanted| sim.permitted(access, *wanted))
    {
        return Some(Refusal::new(400, 200, "No permission."));
    }
    let account = &sim.state.accounts[access.account].id;
    let refused = |status, text: &str| {
        Some(Refusal::new(
            status,
            200,
            text.replace("{accountId}", account),
        ))
    };
    match operation.paid {
        Paid::Never(text) => refused(400, text),
        Paid::Refused(text) if sim.state.plan() == Plan::Free => refused(400, text),
        Paid::Hidden(text) if sim.state.plan() == Plan::Free => refused(200, text),
        _ => None,
    }
}
