//! `/audit`: the audit log, newest first. Pages by `?before=`.

use std::borrow::Cow;

use maud::{Markup, html};
use model::Timestamp;
use serde_json::Value;

use crate::parts::table::{frame, head};
use crate::parts::text::{moment_with_time, none, number};
use crate::parts::{Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct AuditPage {
    /// Entries of the current page.
    pub rows: Vec<AuditRow>,
    /// Id of the first entry whose hash is wrong because it was changed outside Seatwise; `None`
    /// when the hash chain is intact.
    pub broken_at: Option<i64>,
    /// Number and time of the last entry that was deleted because of its age.
    pub deleted: Option<(i64, Timestamp)>,
    /// Address of the first page; `None` on the first page itself.
    pub first: Option<String>,
    /// Address of the next page; `None` on the last one.
    pub next: Option<String>,
}

#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Sequence number of the entry.
    pub id: i64,
    pub at: Timestamp,
    /// The member's name, "command line" or "Seatwise".
    pub actor: String,
    /// Key of the action, such as `integration.paused`.
    pub action: String,
    pub target: String,
    /// Further data as JSON; null for none.
    pub detail: Value,
    /// Hash of this entry and all entries before it.
    pub hash: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &AuditPage) -> Markup {
    let heads = html! { (head("When", false)) (head("Who", false)) (head("What", false)) (head("Target", false)) (head("Details", false)) (head("Entry", true)) };
    let rows = html! {
        @for row in &view.rows {
            tr data-row {
                th scope="row" { (moment_with_time(shell.now, row.at)) }
                td { (row.actor) }
                td title=(row.action) { (words(&row.action)) }
                td { @if row.target.is_empty() { (none()) } @else { (row.target) } }
                td.reason { (detail(&row.detail)) }
                td.num title={ "Hash " (row.hash) } { (number(row.id)) }
            }
        }
    };
    let body = html! {
        (page::head("Audit log", &html! {
            @match view.broken_at { None => (page::pill(Tone::Good, "unbroken")), Some(_) => (page::pill(Tone::Bad, "broken")) }
        }, &html! { "Who changed what in Seatwise. Each entry carries the hash of all before it." }, &html! {}))
        @if let Some(id) = view.broken_at {
            (page::notice(Tone::Bad, "The log was changed outside Seatwise", &html! { p { "Entry " (number(id)) " does not match its hash, so this entry and all later ones can't be trusted. Compare them with an older backup, and check who has access to the database." } }))
        }
        @if let Some((entry, at)) = view.deleted {
            p.muted { "Entries up to " (number(entry)) ", of " (moment_with_time(shell.now, at)) ", were deleted because of their age. The log is verified from the entry after it, against the hash of that one." }
        }
        @if view.rows.is_empty() { section.card { (page::empty("Nothing yet", &html! { p { "Every change appears here." } })) } }
        @else {
            (frame("Audit log", &heads, &rows))
            (page::pagination(&html! { "Times are UTC." }, view.first.as_deref(), view.next.as_deref()))
        }
    };
    shell.page("Audit log", &body)
}

/// The action in words, for readers; falls back to its key.
fn words(action: &str) -> Cow<'static, str> {
    let words = match action {
        "api_token.create" => "Created an API token",
        "api_token.revoke" => "Revoked an API token",
        "integration.authorisation_begun" => "Started to authorise",
        "integration.change" => "Changed an integration",
        "integration.connect" => "Connected an account",
        "integration.connect_refused" => "Could not connect",
        "integration.disconnect" => "Disconnected",
        "integration.reauthorise" => "Authorised again",
        "integration.request_run" => "Asked for a sync",
        "integration.set_state" => "Paused, resumed or stopped",
        "member.add" => "Added a member",
        "member.create_owner" => "Created the owner's account",
        "member.disable" => "Disabled a member",
        "member.enable" => "Enabled a member",
        "member.set_password" => "Changed a password",
        "member.set_role" => "Changed a role",
        "member.sign_in" => "Signed in",
        "member.sign_in_failed" => "Failed to sign in",
        "member.sign_out" => "Signed out",
        "oauth_app.set" => "Set an OAuth app",
        "organisation.change" => "Changed the settings",
        "people.import" => "Imported a list of employees",
        "people.remove" => "Removed the list of employees",
        "people.scim_create" => "Pushed a new employee",
        "people.scim_delete" => "Pushed that an employee was deleted",
        "people.scim_update" => "Pushed a change of an employee",
        other => {
            let text = other.replace(['.', '_'], " ");
            let mut letters = text.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            return first.chain(letters).collect::<String>().into();
        }
    };
    words.into()
}

/// Whether a detail has no content to show.
fn empty(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_str().is_some_and(str::is_empty)
}

fn detail(value: &Value) -> Markup {
    match value {
        Value::Object(members) if !members.values().all(empty) => html! {
            @for (index, (key, value)) in members.iter().filter(|(_, value)| !empty(value)).enumerate() {
                @if index > 0 { ", " }
                span.muted { (key.replace('_', " ")) " " }
                @match value { Value::String(text) => (text), other => (other) }
            }
        },
        Value::Null | Value::Object(_) => none(),
        other => html! { (other) },
    }
}
