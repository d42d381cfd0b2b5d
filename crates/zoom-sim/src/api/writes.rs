//! Changes of the add-ons in the settings by apps, and what all changes share.
//!
//! Statuses and scopes are those of Zoom's Users API document. Where the document leaves the code of a
//! refusal open, the code comes from the list of error codes that Zoom published with the first version
//! of the API; a comment marks such places.

use super::answer::Body;
use super::bought::{Seats, bought};
use super::call::Call;
use super::error::Refusal;
use crate::company::act::Act;
use crate::company::edits::Edits;
use crate::company::person::{Person, Status};
use crate::config::Plan;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Reads the body as a JSON object.
pub(super) fn object(call: &Call<'_>) -> Result<Map<String, Value>, Refusal> {
    let Ok(Value::Object(members)) = serde_json::from_slice(call.body) else {
        let text = "Request Body should be a valid JSON object.";
        return Err(Refusal::new(400, 300, text));
    };
    Ok(members)
}

pub(super) fn invalid(field: &str) -> Refusal {
    Refusal::invalid(field, "Invalid field.")
}

/// Refuses a change of the type. The code is from Zoom's published list; its use here is not
/// confirmed.
pub(super) fn type_check(person: &Person, call: &Call<'_>) -> Refusal {
    let id = call.account.user_id(person.no);
    let text = format!("User type permission check failed: {id}");
    Refusal::new(400, 1108, text)
}

pub(super) fn no_more(seats: Seats, kind: &str) -> Refusal {
    let text = format!("You can add max {} {kind}users.", seats.bought);
    Refusal::new(400, 200, text)
}

pub(super) fn paid(call: &Call<'_>) -> Result<(), Refusal> {
    match call.sim.plan() {
        Plan::Free => Err(Refusal::new(400, 200, "You can't add paid users.")),
        Plan::Pro | Plan::Business => Ok(()),
    }
}

pub(super) fn edit(
    call: &Call<'_>,
    person: &Person,
    acts: Vec<Act>,
    edit: impl FnOnce(&mut Edits),
) {
    call.account.change(|overlays| {
        edit(&mut overlays.people.entry(person.no).or_default().edits);
        let acts = acts.into_iter().map(|act| (person.no, call.now, act));
        overlays.acts.extend(acts);
    });
}

/// The requested change of an add-on.
enum AddOnChange {
    Keep,
    Remove,
    /// Assign a licence of this size (participants).
    Assign(u16),
}

impl AddOnChange {
    /// Whether the change assigns another size than the current one.
    fn adds_to(&self, current: Option<u16>) -> bool {
        matches!(self, Self::Assign(size) if current != Some(*size))
    }
}

/// Refuses an add-on on a free plan, for a user without a base licence, and when all bought licences
/// of its size are assigned.
fn check_assignment(
    call: &Call<'_>,
    person: &Person,
    change: &AddOnChange,
    (seats, name): (&BTreeMap<u16, Seats>, &str),
    (code, text): (i64, &str),
) -> Result<(), Refusal> {
    let AddOnChange::Assign(size) = change else {
        return Ok(());
    };
    paid(call)?;
    if !person.licensed(call.now) {
        return Err(Refusal::new(400, code, text));
    }
    let of_size = seats.get(size).copied().unwrap_or_default();
    if of_size.exhausted() {
        return Err(no_more(of_size, &format!("{name} {size} ")));
    }
    Ok(())
}

/// Reads the flag and the size of an add-on. `current` replaces a size that is not sent.
fn requested_change(
    feature: &Map<String, Value>,
    (flag, size): (&str, &str),
    sizes: &[u16],
    current: Option<u16>,
) -> Result<AddOnChange, Refusal> {
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
    Ok(match (on, wanted, current) {
        (Some(false), ..) => AddOnChange::Remove,
        (Some(true), Some(size), _) | (None, Some(size), Some(_)) => AddOnChange::Assign(size),
        // The smallest size, which is not confirmed.
        (Some(true), None, current) => AddOnChange::Assign(current.unwrap_or(500)),
        (None, ..) => AddOnChange::Keep,
    })
}

const WEBINARS: [u16; 6] = [100, 500, 1000, 3000, 5000, 10_000];
const LARGE: [u16; 4] = [500, 1000, 3000, 5000];

/// `PATCH /users/{userId}/settings`: of the many members that Zoom accepts, only those of the two
/// add-ons are implemented.
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
    let current = (person.webinar(call.now), person.large_meeting(call.now));
    let webinar = requested_change(
        feature,
        ("webinar", "webinar_capacity"),
        &WEBINARS,
        current.0,
    )?;
    let names = ("large_meeting", "large_meeting_capacity");
    let large = requested_change(feature, names, &LARGE, current.1)?;
    let seats = bought(call.sim, call.account, call.now);
    let unlicensed = (1122, "Only Pro or Corp user can enable Webinar feature.");
    if webinar.adds_to(current.0) {
        check_assignment(
            call,
            &person,
            &webinar,
            (&seats.webinar, "Webinar"),
            unlicensed,
        )?;
    }
    let unlicensed = (1109, "Host is not Paid user.");
    if large.adds_to(current.1) {
        check_assignment(call, &person, &large, (&seats.large, "Large"), unlicensed)?;
    }
    let outcome = |change: &AddOnChange, current: Option<u16>| match change {
        AddOnChange::Keep => current,
        AddOnChange::Remove => None,
        AddOnChange::Assign(size) => Some(*size),
    };
    let after = (outcome(&webinar, current.0), outcome(&large, current.1));
    let mut acts = Vec::new();
    if after.0 != current.0 {
        acts.push(Act::Webinar(after.0));
    }
    if after.1 != current.1 {
        acts.push(Act::LargeMeeting(after.1));
    }
    if !acts.is_empty() {
        edit(call, &person, acts, |edits| {
            if after.0 != current.0 {
                edits.set_webinar(call.now, after.0);
            }
            if after.1 != current.1 {
                edits.set_large(call.now, after.1);
            }
        });
    }
    Ok(Body::new())
}
