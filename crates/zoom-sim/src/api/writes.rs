//! What an app may change: the type of a user, and the add-ons among the settings.
//!
//! Statuses and scopes are Zoom's. Where nobody documents which code a refusal has, it follows the
//! list of error codes that Zoom published with the first version of this interface; such places
//! say so.

use super::answer::Body;
use super::bought::{Seats, bought};
use super::call::Call;
use super::error::Refusal;
use crate::company::act::Act;
use crate::company::edits::Edits;
use crate::company::person::{Person, Status};
use crate::config::Plan;
use serde_json::{Map, Value};

/// The body as an object.
fn object(call: &Call<'_>) -> Result<Map<String, Value>, Refusal> {
    let Ok(Value::Object(members)) = serde_json::from_slice(call.body) else {
        let text = "Request Body should be a valid JSON object.";
        return Err(Refusal::new(400, 300, text));
    };
    Ok(members)
}

fn invalid(field: &str) -> Refusal {
    Refusal::invalid(field, "Invalid field.")
}

/// Zoom's published list has this code; that it is the one for these cases is not confirmed.
fn type_check(person: &Person, call: &Call<'_>) -> Refusal {
    let id = call.account.user_id(person.no);
    let text = format!("User type permission check failed: {id}");
    Refusal::new(400, 1108, text)
}

fn no_more(seats: Seats, what: &str) -> Refusal {
    let text = format!("You can add max {} {what}users.", seats.bought);
    Refusal::new(400, 200, text)
}

fn paid(call: &Call<'_>) -> Result<(), Refusal> {
    match call.sim.plan() {
        Plan::Free => Err(Refusal::new(400, 200, "You can't add paid users.")),
        Plan::Pro | Plan::Business => Ok(()),
    }
}

fn edit(call: &Call<'_>, person: &Person, acts: Vec<Act>, edit: impl FnOnce(&mut Edits)) {
    call.account.change(|overlays| {
        edit(&mut overlays.people.entry(person.no).or_default().edits);
        let acts = acts.into_iter().map(|act| (person.no, call.now, act));
        overlays.acts.extend(acts);
    });
}

/// `PATCH /users/{userId}`: of the many members that Zoom takes, only `type` is known here.
pub(crate) fn user(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let members = object(call)?;
    if let Some(unknown) = members.keys().find(|name| *name != "type") {
        return Err(invalid(unknown));
    }
    let Some(wanted) = members.get("type") else {
        return Ok(Body::new());
    };
    let licensed = match wanted.as_i64() {
        Some(1) => false,
        Some(2) => true,
        Some(3 | 99) => return Err(type_check(&person, call)),
        _ => return Err(invalid("type")),
    };
    match person.life.status(call.now) {
        // Not confirmed for this call: an invitation has no user yet.
        Status::Pending => {
            let text = "A valid invitation to join the Zoom account was not found for this user.";
            return Err(Refusal::new(400, 1120, text));
        }
        Status::Inactive => return Err(type_check(&person, call)),
        Status::Active => {}
    }
    // The owner must be licensed; service types are not changed here. Neither is confirmed.
    let owner = person.role().0 == "0";
    if person.odd_type.is_some() || owner && !licensed {
        return Err(type_check(&person, call));
    }
    if licensed == person.licensed(call.now) {
        return Ok(Body::new());
    }
    if licensed {
        paid(call)?;
        let seats = bought(call.sim, call.account, call.now).base;
        if seats.exhausted() {
            return Err(no_more(seats, "paid "));
        }
    }
    let act = if licensed {
        Act::ToLicensed
    } else {
        Act::ToBasic
    };
    edit(call, &person, vec![act], |edits| {
        edits.set_licensed(call.now, licensed);
    });
    Ok(Body::new())
}

/// An add-on as a request wants it: leave it, take it, or give one of this size.
enum Wish {
    Leave,
    Take,
    Give(u16),
}

/// Reads the flag and the size of an add-on. `held` stands in for a size that is not sent.
fn wish(
    feature: &Map<String, Value>,
    (flag, size): (&str, &str),
    sizes: &[u16],
    held: Option<u16>,
) -> Result<Wish, Refusal> {
    let on = match feature.get(flag) {
        None => None,
        Some(Value::Bool(on)) => Some(*on),
        Some(_) => return Err(invalid(&format!("feature.{flag}"))),
    };
    let wanted = match feature.get(size) {
        None => None,
        Some(number) => Some(
            number
                .as_u64()
                .and_then(|number| u16::try_from(number).ok())
                .filter(|size| sizes.contains(size))
                .ok_or_else(|| invalid(&format!("feature.{size}")))?,
        ),
    };
    Ok(match (on, wanted, held) {
        (Some(false), ..) => Wish::Take,
        (Some(true), Some(size), _) | (None, Some(size), Some(_)) => Wish::Give(size),
        // The smallest that there is: not confirmed.
        (Some(true), None, held) => Wish::Give(held.unwrap_or(500)),
        (None, ..) => Wish::Leave,
    })
}

const WEBINARS: [u16; 6] = [100, 500, 1000, 3000, 5000, 10_000];
const LARGE: [u16; 4] = [500, 1000, 3000, 5000];

/// `PATCH /users/{userId}/settings`: of the many members that Zoom takes, only those of the two
/// add-ons are known here.
pub(crate) fn settings(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let members = object(call)?;
    if let Some(unknown) = members.keys().find(|name| *name != "feature") {
        return Err(invalid(unknown));
    }
    let Some(feature) = members.get("feature").and_then(Value::as_object) else {
        return Err(invalid("feature"));
    };
    let known = [
        "webinar",
        "webinar_capacity",
        "large_meeting",
        "large_meeting_capacity",
    ];
    if let Some(unknown) = feature.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(invalid(&format!("feature.{unknown}")));
    }
    if person.life.status(call.now) == Status::Pending {
        let text = "You can not access settings of users that are still in pending state.";
        return Err(Refusal::new(400, 1000, text));
    }
    let held = (person.webinar(call.now), person.large_meeting(call.now));
    let webinar = wish(feature, ("webinar", "webinar_capacity"), &WEBINARS, held.0)?;
    let names = ("large_meeting", "large_meeting_capacity");
    let large = wish(feature, names, &LARGE, held.1)?;
    let seats = bought(call.sim, call.account, call.now);
    if let Wish::Give(size) = webinar
        && held.0 != Some(size)
    {
        paid(call)?;
        if !person.licensed(call.now) {
            let text = "Only Pro or Corp user can enable Webinar feature.";
            return Err(Refusal::new(400, 1122, text));
        }
        let of_size = seats.webinar.get(&size).copied().unwrap_or_default();
        if of_size.exhausted() {
            return Err(no_more(of_size, &format!("Webinar {size} ")));
        }
    }
    if let Wish::Give(size) = large
        && held.1 != Some(size)
    {
        paid(call)?;
        if !person.licensed(call.now) {
            return Err(Refusal::new(400, 1109, "Host is not Paid user."));
        }
        let of_size = seats.large.get(&size).copied().unwrap_or_default();
        if of_size.exhausted() {
            return Err(no_more(of_size, &format!("Large {size} ")));
        }
    }
    let outcome = |wish: &Wish, held: Option<u16>| match wish {
        Wish::Leave => held,
        Wish::Take => None,
        Wish::Give(size) => Some(*size),
    };
    let after = (outcome(&webinar, held.0), outcome(&large, held.1));
    let mut acts = Vec::new();
    if after.0 != held.0 {
        acts.push(Act::Webinar(after.0));
    }
    if after.1 != held.1 {
        acts.push(Act::LargeMeeting(after.1));
    }
    if !acts.is_empty() {
        edit(call, &person, acts, |edits| {
            if after.0 != held.0 {
                edits.set_webinar(call.now, after.0);
            }
            if after.1 != held.1 {
                edits.set_large(call.now, after.1);
            }
        });
    }
    Ok(Body::new())
}
