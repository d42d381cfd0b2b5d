//! Settings of the account itself, its lock settings and domains, and how many seats were bought.
//! Zoom gives lock settings and domains to older apps only; their refusal is normal.

use store::Write;

use super::declared;
use crate::run::{Run, Stop};
use crate::zoom::application::stream::{ACCOUNT_SETTINGS, PLAN_USAGE};

pub(crate) async fn read_settings(run: &Run<'_>) -> Result<(), Stop> {
    let stream = declared(ACCOUNT_SETTINGS);
    let client = &run.client;
    let settings = run.need(stream, client.account_settings(None)).await?;
    let mut writes = vec![section("settings", &settings)];
    if let Ok(security) = run
        .ask(stream, client.account_settings(Some("security")))
        .await?
    {
        writes.push(section("security", &security));
    }
    if let Ok(locks) = run.ask(stream, client.lock_settings()).await? {
        writes.push(section("lock_settings", &locks));
    }
    if let Ok(domains) = run.ask(stream, client.managed_domains()).await? {
        writes.push(section("managed_domains", &domains));
    }
    if let Ok(domains) = run.ask(stream, client.trusted_domains()).await? {
        writes.push(section("trusted_domains", &domains));
    }
    let count = writes.len();
    run.apply(ACCOUNT_SETTINGS, count, writes).await?;
    Ok(())
}

pub(crate) async fn read_plan(run: &Run<'_>) -> Result<(), Stop> {
    let usage = run
        .need(declared(PLAN_USAGE), run.client.plan_usage())
        .await?;
    run.apply(PLAN_USAGE, 1, vec![section("plan_usage", &usage)])
        .await?;
    Ok(())
}

fn section(name: &str, value: &impl serde::Serialize) -> Write {
    // Zoom's JSON and lists of text always serialise; an empty object would only show nothing.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned());
    Write::AccountSettings {
        section: name.to_owned(),
        json,
    }
}
