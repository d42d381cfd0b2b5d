//! Settings of the account itself, its lock settings and domains, and how many seats were bought.
//! Zoom gives lock settings and domains to older apps only; their refusal is normal.

use std::collections::BTreeMap;

use store::SyncWrite;

use super::declared;
use crate::run::{Run, Stop};
use crate::zoom::application::NOT_KNOWN;
use crate::zoom::application::stream::{ACCOUNT_SETTINGS, PLAN_USAGE};

pub(crate) async fn read_settings(run: &Run<'_>) -> Result<(), Stop> {
    let stream = declared(ACCOUNT_SETTINGS);
    let client = &run.client;
    let settings = run.need(stream, client.account_settings(None)).await?;
    let mut writes = vec![section("settings", &settings)];
    let mut unknown = BTreeMap::new();
    let mut part = |name: &'static str, answer: Result<SyncWrite, zoom::Error>| match answer {
        Ok(write) => writes.push(write),
        Err(error) => {
            unknown.insert(name, why(&error));
        }
    };
    let security = run.ask(stream, client.account_settings(Some("security")));
    let security = security.await?;
    part("security", security.map(|it| section("security", &it)));
    let locks = run.ask(stream, client.lock_settings()).await?;
    part(
        "lock_settings",
        locks.map(|it| section("lock_settings", &it)),
    );
    let managed = run.ask(stream, client.managed_domains()).await?;
    part(
        "managed_domains",
        managed.map(|it| section("managed_domains", &it)),
    );
    let trusted = run.ask(stream, client.trusted_domains()).await?;
    part(
        "trusted_domains",
        trusted.map(|it| section("trusted_domains", &it)),
    );
    let count = writes.len();
    writes.push(section(NOT_KNOWN, &unknown));
    run.apply(ACCOUNT_SETTINGS, count, writes).await?;
    Ok(())
}

/// Why a part of the settings is not known.
fn why(error: &zoom::Error) -> String {
    match error {
        zoom::Error::ScopeMissing { .. } => "Zoom gives ordinary apps no scope for it".to_owned(),
        zoom::Error::PermissionDenied { .. } => {
            "Zoom refuses it to the role of whoever authorised".to_owned()
        }
        zoom::Error::PlanTooLow { .. } => "the account's Zoom plan does not have it".to_owned(),
        other => format!("{other}; it is tried again with the next run"),
    }
}

pub(crate) async fn read_plan(run: &Run<'_>) -> Result<(), Stop> {
    let usage = run
        .need(declared(PLAN_USAGE), run.client.plan_usage())
        .await?;
    run.apply(PLAN_USAGE, 1, vec![section("plan_usage", &usage)])
        .await?;
    Ok(())
}

fn section(name: &str, value: &impl serde::Serialize) -> SyncWrite {
    // Zoom's JSON and lists of text always serialise; an empty object would only show nothing.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned());
    SyncWrite::AccountSettings {
        section: name.to_owned(),
        json,
    }
}
