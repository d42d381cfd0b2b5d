//! Endpoints about groups and their members.

use super::answer::{Body, body};
use super::call::Call;
use super::counts::counts;
use super::error::Refusal;
use crate::company::groups::{GROUPS, group_name};
use crate::company::person::Status;
use serde_json::{Value, json};

fn group(call: &Call<'_>, index: usize) -> Value {
    let members = counts(call.sim, call.account, call.now).groups[index];
    json!({ "id": call.account.group_id(index), "name": group_name(index), "total_members": members })
}

fn named(call: &Call<'_>) -> Result<usize, Refusal> {
    let id = call.parts.first().map_or("", String::as_str);
    if let Some(index) = call.account.group(id) {
        return Ok(index);
    }
    if call
        .sim
        .accounts
        .iter()
        .any(|account| account.group(id).is_some())
    {
        return Err(Refusal::new(
            400,
            1010,
            "Group does not belong to your account.",
        ));
    }
    Err(Refusal::no_group(id))
}

/// `GET /groups`
pub(crate) fn list(call: &Call<'_>) -> Result<Body, Refusal> {
    let page = call.page(300)?;
    let from = page.at(0, 0) as usize;
    let to = (from + page.rows).min(GROUPS);
    let groups: Vec<Value> = (from..to).map(|index| group(call, index)).collect();
    let next = if to < GROUPS {
        call.token(&[to as u64])
    } else {
        String::new()
    };
    body(
        &json!({ "total_records": GROUPS, "page_size": page.size, "next_page_token": next, "groups": groups }),
    )
}

/// `GET /groups/{groupId}`
pub(crate) fn one(call: &Call<'_>) -> Result<Body, Refusal> {
    body(&group(call, named(call)?))
}

/// `GET /groups/{groupId}/members`
pub(crate) fn members(call: &Call<'_>) -> Result<Body, Refusal> {
    let group = named(call)?;
    let page = call.numbered_page(2000)?;
    let mut skip = page.skip;
    let (mut members, mut next, mut groups) = (Vec::new(), String::new(), Vec::new());
    for slot in page.at(0, 0) as u32..call.account.slots() {
        let Some(person) = call.account.occupant(slot, call.now) else {
            continue;
        };
        if person.life.status(call.now) == Status::Pending {
            continue;
        }
        call.account.groups(&person, &mut groups);
        if !groups.contains(&group) {
            continue;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if members.len() == page.rows {
            next = call.token(&[u64::from(slot), page.at(1, page.number) + 1]);
            break;
        }
        let face = call.account.face(&person);
        members.push(json!({
            "id": call.account.user_id(person.no), "email": face.email,
            "first_name": face.first, "last_name": face.last, "type": person.user_type(call.now),
        }));
    }
    let total = counts(call.sim, call.account, call.now).groups[group];
    let mut value = json!({
        "page_size": page.size, "total_records": total, "next_page_token": next, "members": members,
    });
    if let Some(number) = call.page_number(page.at(1, page.number)) {
        value["page_number"] = json!(number);
    }
    if let Some(count) = call.page_count(&page, total) {
        value["page_count"] = json!(count);
    }
    body(&value)
}
