//! The control interface over HTTP: injects and removes faults of a running simulator and shows what
//! was requested. It has no password, so it is for addresses of this machine only.

use crate::Sim;
use crate::config::Faults;
use crate::effect::Effect;
use crate::injection::Injection;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io;

/// A request that cannot be carried out, with its reason.
struct Wrong(StatusCode, String);

impl Wrong {
    fn body(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl Sim {
    /// The routes of the control interface.
    pub fn control_router(&self) -> Router {
        Router::new()
            .route("/faults", get(list).post(inject).delete(clear))
            .route("/faults/{id}", delete(remove))
            .route("/switches", get(switches).put(set_switches))
            .route("/requests", get(requests).delete(reset_requests))
            .fallback(unknown)
            .layer(from_fn(refuse_pages))
            .with_state(self.clone())
    }
}

/// Serves the control interface until `shutdown` resolves.
///
/// # Errors
/// If accepting connections fails.
pub async fn serve_control(
    listener: tokio::net::TcpListener,
    sim: Sim,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, sim.control_router())
        .with_graceful_shutdown(shutdown)
        .await
}

/// Refuses requests that a page in a browser sends, because any site may send some to this machine.
async fn refuse_pages(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        let text = "requests of web pages are refused; use a program such as curl";
        return Wrong(StatusCode::FORBIDDEN, text.to_owned()).into_response();
    }
    next.run(request).await
}

async fn unknown() -> Wrong {
    let text = "there are GET, POST and DELETE /faults, DELETE /faults/ID, GET and PUT /switches, GET and \
                DELETE /requests";
    Wrong(StatusCode::NOT_FOUND, text.to_owned())
}

/// Reads a JSON body. The error names the field.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Wrong> {
    match Json::from_bytes(body) {
        Ok(Json(value)) => Ok(value),
        Err(rejection) => Err(Wrong::body(rejection.body_text())),
    }
}

async fn list(State(sim): State<Sim>) -> Json<Value> {
    let faults: Vec<Value> = sim.injections().list().iter().map(described).collect();
    Json(json!({ "faults": faults }))
}

fn described(active: &crate::injection::ActiveInjection) -> Value {
    let Injection {
        path,
        nth,
        times,
        effect,
    } = &active.injection;
    // Effects that run code of a test have no JSON.
    let effect = serde_json::to_value(effect).unwrap_or_else(|_| format!("{effect:?}").into());
    json!({
        "id": active.id,
        "path": path,
        "nth": nth,
        "times": (*times < u64::MAX).then_some(times),
        "effect": effect,
        "calls": active.calls,
    })
}

async fn inject(State(sim): State<Sim>, body: Bytes) -> Result<Response, Wrong> {
    let injection: Injection = read(&body)?;
    check(&injection)?;
    let id = sim.injections().add(injection);
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

fn check(injection: &Injection) -> Result<(), Wrong> {
    let path = injection
        .path
        .split_once(' ')
        .map_or(injection.path.as_str(), |(_, path)| path);
    if path != "*" && !path.starts_with('/') {
        return Err(Wrong::body(format!(
            "path: `{}` is not a path such as /users or PATCH /users/*, nor *",
            injection.path
        )));
    }
    for (name, number) in [("nth", injection.nth), ("times", injection.times)] {
        if number == 0 {
            return Err(Wrong::body(format!("{name}: is counted from 1")));
        }
    }
    if let Effect::Status { status, .. } | Effect::Html(status) = injection.effect
        && !(200..600).contains(&status)
    {
        return Err(Wrong::body(format!(
            "effect: {status} is not a status of HTTP from 200 to 599"
        )));
    }
    Ok(())
}

async fn clear(State(sim): State<Sim>) -> StatusCode {
    sim.injections().clear();
    StatusCode::NO_CONTENT
}

async fn remove(State(sim): State<Sim>, Path(id): Path<String>) -> Result<StatusCode, Wrong> {
    let removed = id.parse().is_ok_and(|id| sim.injections().remove(id));
    if removed {
        Ok(StatusCode::NO_CONTENT)
    } else {
        let text = format!("there is no fault {id}; GET /faults lists them");
        Err(Wrong(StatusCode::NOT_FOUND, text))
    }
}

async fn switches(State(sim): State<Sim>) -> Json<Faults> {
    Json(sim.faults())
}

/// Sets all switches; those that the body leaves out are off.
async fn set_switches(State(sim): State<Sim>, body: Bytes) -> Result<Json<Faults>, Wrong> {
    let wanted: Faults = read(&body)?;
    sim.edit_faults(|faults| *faults = wanted);
    Ok(Json(sim.faults()))
}

async fn requests(State(sim): State<Sim>) -> Json<Value> {
    Json(json!({ "requests": sim.state.log.list() }))
}

async fn reset_requests(State(sim): State<Sim>) -> StatusCode {
    sim.state.log.reset();
    StatusCode::NO_CONTENT
}
