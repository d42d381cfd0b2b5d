//! The two logs: sign-ins (`/report/activities`) and administrators' actions
//! (`/report/operationlogs`). Rows have no identifiers; the newest row comes first.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use super::paging::ReportHead;
use crate::calendar::{DAY, time};
use crate::company::act::Act;
use crate::company::days::{ActRow, SigningRow};
use crate::company::groups::group_name;
use crate::company::person::PersonNo;
use crate::company::signing::{Client, version};
use crate::dice::mix;
use serde::Serialize;

#[derive(Serialize)]
struct ActivityRow {
    email: String,
    time: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Serialize)]
struct ActivitiesPage {
    #[serde(flatten)]
    head: ReportHead,
    activity_logs: Vec<ActivityRow>,
}

#[derive(Serialize)]
struct OperationRow {
    time: String,
    operator: String,
    category_type: &'static str,
    action: &'static str,
    operation_detail: String,
}

#[derive(Serialize)]
struct OperationLogsPage {
    page_size: usize,
    next_page_token: String,
    operation_logs: Vec<OperationRow>,
}

/// Reads days backwards from the position of the page and converts rows until the page is full.
/// Returns the rows and the token of the next page, empty on the last page.
fn walk<Row, T>(
    call: &Call<'_>,
    page: &super::paging::Page,
    range: super::range::Range,
    rows_of: impl Fn(i64) -> std::sync::Arc<Vec<Row>>,
    mut show: impl FnMut(i64, &Row, i64) -> Option<T>,
) -> (Vec<T>, String) {
    let seen = page.at(2, call.now as u64) as i64;
    let (mut day, mut at) = (
        page.at(0, range.to.min(call.today()) as u64) as i64,
        page.at(1, 0),
    );
    let mut out = Vec::with_capacity(page.rows);
    while day >= range.from {
        for row in rows_of(day).iter().skip(at as usize) {
            if let Some(shown) = show(day, row, seen) {
                if out.len() == page.rows {
                    return (out, call.token(&[day as u64, at, seen as u64]));
                }
                out.push(shown);
            }
            at += 1;
        }
        (day, at) = (day - 1, 0);
    }
    (out, String::new())
}

/// `GET /report/activities`
pub(crate) fn activities(call: &Call<'_>) -> Result<Body, Refusal> {
    let range = call.range(false)?;
    let page = call.page(300)?;
    let days = &call.sim.days;
    let (activity_logs, next_page_token) = walk(
        call,
        &page,
        range,
        |day| days.signings(call.account, day),
        |day, (no, row): &SigningRow, seen| {
            let at = day * DAY + i64::from(row.at);
            if at > seen || call.account.gone(*no, at) {
                return None;
            }
            let person = call.account.person(*no)?;
            let lot = mix(person.key, at as u64);
            let home = person.lot(90);
            Some(ActivityRow {
                email: call.account.face(&person).email,
                time: time(at),
                r#type: if row.out { "Sign out" } else { "Sign in" },
                ip_address: (!lot.is_multiple_of(131)).then(|| {
                    // Address ranges that are reserved for documentation.
                    let net = ["192.0.2", "198.51.100", "203.0.113"][(home % 3) as usize];
                    format!("{net}.{}", 1 + (home >> 8) % 254)
                }),
                client_type: (!lot.is_multiple_of(97)).then(|| row.client.log()),
                version: (!lot.is_multiple_of(89) && row.client != Client::Browser)
                    .then(|| version(&person, day)),
            })
        },
    );
    let (from, to) = range.text();
    body(&ActivitiesPage {
        head: ReportHead {
            from,
            to,
            page_size: page.size,
            next_page_token,
        },
        activity_logs,
    })
}

const CATEGORIES: [&str; 12] = [
    "all",
    "user",
    "user_settings",
    "account",
    "billing",
    "im",
    "recording",
    "phone_contacts",
    "webinar",
    "sub_account",
    "role",
    "zoom_rooms",
];

fn operation(call: &Call<'_>, day: i64, (no, at, act): ActRow) -> Option<OperationRow> {
    let person = call.account.person(no)?;
    let face = call.account.face(&person);
    let at = day * DAY + i64::from(at);
    let email = &face.email;
    let lot = mix(person.key, at as u64);
    let (category_type, action, operation_detail) = match act {
        Act::Add => {
            let dept = face.dept.filter(|dept| !dept.is_empty());
            let dept = dept.map_or_else(String::new, |dept| format!(" - Department: {dept}"));
            (
                "User",
                "Add",
                format!("Add User {email}  - User Type: Basic{dept}"),
            )
        }
        Act::ToLicensed => (
            "User",
            "SCIM API - Update",
            format!("Edit User {email}  - Change Type: from Basic to Licensed"),
        ),
        Act::ToBasic => (
            "User",
            "Update",
            format!("Update User {email}  - User Type: from Licensed to Basic"),
        ),
        Act::Suite(on) => {
            let change = if on { "Assign" } else { "Remove" };
            (
                "License",
                "Update",
                format!("{change} Zoom Workplace License: {email}"),
            )
        }
        Act::Webinar(size) => ("User", "Update", feature(email, "Webinar", size)),
        Act::LargeMeeting(size) => ("User", "Update", feature(email, "Large Meeting", size)),
        Act::Deactivate => ("User", "Update", format!("Deactivate User {email} ")),
        Act::Delete => ("User", "Delete", format!("Delete User {email} ")),
        Act::Other(kind) => other(kind, email, lot),
    };
    let admin = if lot.is_multiple_of(5) { 0 } else { 4 };
    let admin = call.account.person(PersonNo {
        slot: admin,
        generation: 0,
    })?;
    let operator = call.account.face(&admin).email;
    Some(OperationRow {
        time: time(at),
        operator,
        category_type,
        action,
        operation_detail,
    })
}

fn feature(email: &str, name: &str, size: Option<u16>) -> String {
    match size {
        Some(size) => format!("Update User {email}  - {name}: set to {size}"),
        None => format!("Update User {email}  - {name}: from On to Off"),
    }
}

fn other(kind: u8, email: &str, lot: u64) -> (&'static str, &'static str, String) {
    let group = group_name((lot % 14) as usize);
    match kind {
        0 => (
            "Account",
            "Update",
            "Security  - Sign in with Two-Factor Authentication: from Off to On".to_owned(),
        ),
        1 => (
            "User Group",
            "Update",
            format!("Edit Group {group}  - Waiting room: from Off to On"),
        ),
        2 => (
            "User Group",
            "Update",
            format!("Edit Group {group}  - Local recording: from On to Off"),
        ),
        3 => (
            "User",
            "Update",
            format!("Update User {email}  - Job Title: set to Director"),
        ),
        4 => (
            "User Settings",
            "Update",
            format!("Update User Settings {email}  - Chime: from None to All"),
        ),
        5 => ("Billing", "Update", "Update Billing Contact ".to_owned()),
        6 => (
            "Recording",
            "Delete",
            "Move Recordings to Trash  - 3 files".to_owned(),
        ),
        _ => (
            "Zoom Rooms",
            "Update",
            "Edit Location Third floor  - Weekly restart: from Off to On".to_owned(),
        ),
    }
}

/// `GET /report/operationlogs`
pub(crate) fn operations(call: &Call<'_>) -> Result<Body, Refusal> {
    let range = call.range(true)?;
    let category = call.param("category_type").unwrap_or("all");
    if !CATEGORIES.contains(&category) {
        return Err(Refusal::invalid("category_type", "Invalid field."));
    }
    let page = call.page(300)?;
    let (operation_logs, next_page_token) = walk(
        call,
        &page,
        range,
        |day| call.sim.days.acts(call.account, day),
        |day, row, seen| {
            let operation = operation(call, day, *row)?;
            let of = operation.category_type.to_lowercase().replace(' ', "_");
            let fits =
                category == "all" || of == category || of == "user_group" && category == "user";
            (day * DAY + i64::from(row.1) <= seen && fits).then_some(operation)
        },
    );
    body(&OperationLogsPage {
        page_size: page.size,
        next_page_token,
        operation_logs,
    })
}
