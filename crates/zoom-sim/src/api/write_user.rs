//! Changes of a user by apps: the type, and the suite.
//!
//! Refusals and their texts are those of Zoom's document of writes of users, where it has them. What is
//! left after a suite was turned off is not documented: refusal 2039 ("not enough basic licenses") suggests
//! a plain licence, so that is the usual behaviour here, and [`crate::Faults::suite_off_to_basic`] the other.

use super::answer::Body;
use super::bought::{Seats, bought};
use super::call::Call;
use super::error::Refusal;
use super::writes::{edit, invalid, no_more, object, paid, type_check};
use crate::company::act::Act;
use crate::company::person::{Person, Status};
use crate::company::suite::Suite;
use serde_json::{Map, Value};

/// The members of which a request may have one.
const EXCLUSIVE: [&str; 3] = ["type", "plan_united_type", "zoom_one_type"];

/// `PATCH /users/{userId}`: of the many members that Zoom accepts, only those about the licence are
/// implemented.
pub(crate) fn user(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    let members = object(call)?;
    if let Some(unknown) = members
        .keys()
        .find(|name| !EXCLUSIVE.contains(&name.as_str()))
    {
        return Err(invalid(unknown));
    }
    if members.len() > 1 {
        let text = "You can't change the \"type\" or \"plan_united_type\" or \"zoom_one_type\" at the same time.";
        return Err(Refusal::new(400, 300, text));
    }
    if members.is_empty() {
        return Ok(Body::new());
    }
    match person.life.status(call.now) {
        // Not confirmed for this call: a pending user is only an invitation.
        Status::Pending => {
            let text = "A valid invitation to join the Zoom account was not found for this user.";
            return Err(Refusal::new(400, 1120, text));
        }
        Status::Inactive => return Err(type_check(&person, call)),
        Status::Active => {}
    }
    if let Some(wanted) = members.get("type") {
        return user_type(call, &person, wanted);
    }
    suite(call, &person, &members)
}

/// Sets the type of the user.
fn user_type(call: &Call<'_>, person: &Person, wanted: &Value) -> Result<Body, Refusal> {
    let licensed = match wanted.as_i64() {
        Some(1) => false,
        Some(2) => true,
        Some(3 | 99) => return Err(type_check(person, call)),
        _ => return Err(invalid("type")),
    };
    // The owner must be licensed, and service types can't be changed. Both are not confirmed.
    let owner = person.role().0 == "0";
    if person.odd_type.is_some() || owner && !licensed {
        return Err(type_check(person, call));
    }
    if licensed == person.licensed(call.now) {
        return Ok(Body::new());
    }
    match person.suite(call.now) {
        Some(Suite::Workplace(_)) => {
            let text = "You can't turn off your Zoom One license now because you are having Zoom One as \
                        your basic plan type.";
            return Err(Refusal::new(400, 300, text));
        }
        Some(Suite::United(_)) => return Err(type_check(person, call)),
        None => {}
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
    edit(call, person, vec![act], |edits| {
        edits.set_licensed(call.now, licensed);
    });
    Ok(Body::new())
}

/// The suite that a request asks for; `None` to turn it off.
fn wanted_suite(members: &Map<String, Value>) -> Result<Option<Suite>, Refusal> {
    if let Some(option) = members.get("zoom_one_type") {
        let option = option.as_u64().ok_or_else(|| invalid("zoom_one_type"))?;
        return Ok((option != 0).then_some(Suite::Workplace(option)));
    }
    let option = members.get("plan_united_type").and_then(Value::as_str);
    match option {
        Some("none") => Ok(None),
        Some(option) => {
            let option = option.parse().map_err(|_| {
                let text = "The value provided for \"plan_united_type\" parameter is invalid. Try again \
                            with a valid value.";
                Refusal::new(400, 300, text)
            })?;
            Ok(Some(Suite::United(option)))
        }
        None => Err(invalid("plan_united_type")),
    }
}

/// Gives a suite, or turns it off.
fn suite(call: &Call<'_>, person: &Person, members: &Map<String, Value>) -> Result<Body, Refusal> {
    let wanted = wanted_suite(members)?;
    let current = person.suite(call.now);
    if person.odd_type.is_some() {
        return Err(type_check(person, call));
    }
    if wanted == current {
        return Ok(Body::new());
    }
    let bought = bought(call.sim, call.account, call.now);
    let Some(suite) = wanted else {
        let to_basic = call.faults.suite_off_to_basic;
        let owner = person.role().0 == "0";
        if to_basic && owner {
            return Err(type_check(person, call));
        }
        if !to_basic && bought.base.exhausted() {
            let name = match current {
                Some(Suite::United(_)) => "Zoom United",
                _ => "Zoom One",
            };
            let text = format!(
                "You can't turn off your {name} license now because you don't have enough basic licenses."
            );
            return Err(Refusal::new(400, 2039, text));
        }
        edit(call, person, vec![Act::Suite(false)], |edits| {
            edits.set_suite(call.now, None);
            if to_basic {
                edits.set_licensed(call.now, false);
            }
        });
        return Ok(Body::new());
    };
    paid(call)?;
    let seats: Seats = bought
        .suites
        .get(&suite.plan())
        .copied()
        .unwrap_or_default();
    if seats.exhausted() {
        let text = "Your request to convert the plan type of this user was not approved at this time because \
                    your account has reached the permitted maximum number. Please purchase additional \
                    licenses or contact the Zoom support team to provision additional users in your account.";
        return Err(Refusal::new(400, 2038, text));
    }
    edit(call, person, vec![Act::Suite(true)], |edits| {
        edits.set_licensed(call.now, true);
        edits.set_suite(call.now, Some(suite));
    });
    Ok(Body::new())
}
