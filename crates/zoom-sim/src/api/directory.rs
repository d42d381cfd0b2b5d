//! Endpoints about users besides the list: summary, permissions, e-mail check, assistants.

use super::answer::{Body, body};
use super::call::Call;
use super::counts::counts;
use super::error::Refusal;
use crate::company::person::Person;
use crate::company::persona::Persona;
use serde_json::{Value, json};

/// `GET /users/summary`
pub(crate) fn summary(call: &Call<'_>) -> Result<Body, Refusal> {
    let counts = counts(call.sim, call.account, call.now);
    body(&json!({
        "licensed_users_count": counts.types[0],
        "basic_users_count": counts.types[1],
        "on_prem_users_count": counts.types[2],
        "room_users_count": 0,
        "pending_users_count": counts.status[2],
        "join_only_users_count": counts.types[3],
        "total_users_count": counts.status[0] + counts.status[1],
    }))
}

/// `GET /users/{userId}/permissions`
pub(crate) fn permissions(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let codes = call.sim.permission_codes(&person);
    body(&json!({ "permissions": codes }))
}

/// `GET /users/email`
pub(crate) fn email(call: &Call<'_>) -> Result<Body, Refusal> {
    let Some(email) = call.param("email").filter(|email| !email.is_empty()) else {
        return Err(Refusal::new(400, 300, "Email is required."));
    };
    body(&json!({ "existed_email": call.account.find(email, call.now).is_some() }))
}

/// The assistant of an executive: the next attendee in the order of seats.
fn assistant(call: &Call<'_>, executive: &Person) -> Option<Person> {
    if executive.persona != Persona::Executive {
        return None;
    }
    (executive.no.slot + 1..call.account.slots())
        .filter_map(|slot| call.account.occupant(slot, call.now))
        .find(|p| p.persona == Persona::Attendee && p.life.active(call.now))
}

/// `GET /users/{userId}/assistants`
pub(crate) fn assistants(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let rows: Vec<Value> = assistant(call, &person)
        .into_iter()
        .map(|found| {
            json!({ "id": call.account.user_id(found.no), "email": call.account.face(&found).email,
                "can_manage_host_private_event": false })
        })
        .collect();
    body(&json!({ "assistants": rows }))
}

/// `GET /users/{userId}/schedulers`: the users that this user schedules for.
pub(crate) fn schedulers(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let mut rows = Vec::new();
    if person.persona == Persona::Attendee {
        // Executives on earlier seats whose next attendee is this user.
        for slot in (0..person.no.slot).rev() {
            let Some(before) = call.account.occupant(slot, call.now) else {
                continue;
            };
            if before.persona == Persona::Attendee && before.life.active(call.now) {
                break;
            }
            if assistant(call, &before).is_some_and(|found| found.no == person.no) {
                rows.push(json!({ "id": call.account.user_id(before.no),
                    "email": call.account.face(&before).email, "pmi": before.pmi() }));
            }
        }
    }
    body(&json!({ "schedulers": rows }))
}
