//! Settings of the account itself, its lock settings and domains, and the number of seats bought.
//! Zoom gives lock settings and domains to older apps only, so a refusal of these is normal.

use std::collections::BTreeMap;

use connector::{Page, Records, Rejected, Section};
use model::streams::PLAN_USAGE;
use serde::Serialize;
use zoom::{Client, Error};

use crate::plan_usage::problems;
use crate::shown_settings::shown;

/// Requests that [`settings`] makes.
const REQUESTS: i64 = 5;

/// Reads all sections. Only the first one must be there.
pub(crate) async fn settings(client: &Client) -> Result<Page, Error> {
    let main = client.account_settings(None).await?;
    let mut known = vec![section("settings", &shown(&main))];
    let mut unknown = BTreeMap::new();
    let mut add = |name: &'static str, answer: Result<Section, Error>| match answer {
        Ok(section) => known.push(section),
        Err(error) => {
            unknown.insert(name, reason_text(&error));
        }
    };
    let security = client.account_settings(Some("security")).await;
    add(
        "security",
        security.map(|it| section("security", &shown(&it))),
    );
    let locks = client.lock_settings().await;
    add(
        "lock_settings",
        locks.map(|it| section("lock_settings", &shown(&it))),
    );
    let managed = client.managed_domains().await;
    add(
        "managed_domains",
        managed.map(|it| section("managed_domains", &it)),
    );
    let trusted = client.trusted_domains().await;
    add(
        "trusted_domains",
        trusted.map(|it| section("trusted_domains", &it)),
    );
    let records = Records::Sections {
        known,
        unknown: Some(unknown),
    };
    Ok(Page {
        requests: REQUESTS,
        ..Page::single(records)
    })
}

/// Reads how many seats were bought and assigned.
pub(crate) async fn plan_usage(client: &Client) -> Result<Page, Error> {
    let usage = client.plan_usage().await?;
    let rejected = problems(&usage).into_iter().map(|reason| Rejected {
        reason,
        day: None,
        person: None,
        lost: false,
        text: Box::default(),
    });
    Ok(Page {
        rejected: rejected.collect(),
        ..Page::single(Records::Sections {
            known: vec![section(PLAN_USAGE, &usage)],
            unknown: None,
        })
    })
}

fn reason_text(error: &Error) -> String {
    match error {
        Error::ScopeMissing { .. } => "Zoom gives ordinary apps no scope for it".to_owned(),
        Error::PermissionDenied { .. } => {
            "Zoom refuses it to the role of whoever authorised".to_owned()
        }
        Error::PlanTooLow { .. } => "the account's Zoom plan does not have it".to_owned(),
        other => format!("{other}; it is tried again with the next run"),
    }
}

fn section(name: &'static str, value: &impl Serialize) -> Section {
    // Zoom's JSON and lists of text always serialise; an empty object would only show nothing.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned());
    Section { name, json }
}
