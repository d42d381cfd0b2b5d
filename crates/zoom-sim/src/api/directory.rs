//! What can be asked about users besides the lists: counts, rights, addresses, assistants.

use super::call::{Body, Call, body};
use super::census::census;
use super::error::Refusal;
use crate::company::persona::Persona;
use serde_json::json;

/// `GET /users/summary`
pub(crate) fn summary(call: &Call<'_>) -> Result<Body, Refusal> {
    let census = census(call.sim, call.account, call.now);
    body(&json!({
        "licensed_users_count": census.types[0],
        "basic_users_count": census.types[1],
        "on_prem_users_count": census.types[2],
        "room_users_count": 0,
        "pending_users_count": census.status[2],
        "join_only_users_count": census.types[3],
        "total_users_count": census.status[0] + census.status[1],
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

/// `GET /users/{userId}/assistants`
pub(crate) fn assistants(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let mut assistants = Vec::new();
    if person.persona == Persona::Executive {
        let near = (person.no.slot + 1..call.account.slots())
            .filter_map(|slot| call.account.occupant(slot, call.now))
            .find(|p| p.persona == Persona::Attendee && p.life.active(call.now));
        assistants.extend(near.map(|assistant| {
            json!({ "id": call.account.user_id(assistant.no), "email": call.account.face(&assistant).email })
        }));
    }
    body(&json!({ "assistants": assistants }))
}
