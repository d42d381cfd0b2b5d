//! The work list: findings with their filters, and one finding.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::findings::FindingQuery;
use model::{HostedEvent, Permission};
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::queries::finding_query;
use store::{FindingEvent, FindingEventKind};
use ui::pages::finding::HistoryEntry;
use ui::pages::{finding, findings};
use ui::parts::Tab;
use ui::parts::facet::{Facet, FacetOption};
use ui::parts::table::Sort;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::{finding_view, row};
use crate::web::integration_status::{count, subject};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/findings", view, list)
        .page(Method::GET, "/i/{id}/findings/{finding}", view, one)
}

/// Facets that are shown first; the others follow in the order of the application's fields.
const FIRST: [&str; 7] = [
    "rule",
    "state",
    "plan",
    "amount",
    "department",
    "group",
    "assignee",
];

/// The valid part of the query, and the errors of the rest.
async fn lenient(
    app: &App,
    account: &AccountSnapshot,
    pairs: &Pairs,
) -> Result<(FindingQuery, Pairs, Vec<String>), Failure> {
    let errors = match finding_query(&app.context, account.application, pairs).await? {
        Ok(query) => return Ok((query, pairs.clone(), Vec::new())),
        Err(errors) => errors,
    };
    let wrong = |name: &str| errors.iter().any(|error| error.field == name);
    let kept = pairs.0.iter().filter(|(name, _)| !wrong(name)).cloned();
    let rest = Pairs(kept.collect());
    let problems = errors
        .iter()
        .map(|error| format!("“{}” {}.", error.field, error.message))
        .collect();
    let query = finding_query(&app.context, account.application, &rest).await?;
    let query = query.unwrap_or_else(|_| FindingQuery::everything(account.application));
    Ok((query, rest, problems))
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    mut page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let cursor = pairs.text("cursor").map(str::to_owned);
    let filters: Vec<_> = pairs
        .0
        .into_iter()
        .filter(|(name, _)| name != "cursor")
        .collect();
    let (query, pairs, mut problems) = lenient(&app, &account, &Pairs(filters)).await?;
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    page_context.count_findings(&app);
    run_blocking(move || {
        let roster = account.roster();
        let limit = query.limit();
        let page = account
            .findings
            .page(roster, &query, cursor.as_deref(), limit)
            .or_else(|error| {
                problems.push(format!("“{}” {}.", error.field, error.message));
                account.findings.page(roster, &query, None, limit)
            })
            .map_err(|error| Failure::parameter(&error.field, error.message))?;
        let totals = account.findings.totals(roster, &query);
        let sort = query.sort.value();
        let view = findings::FindingsPage {
            subject,
            params: page_context.params(&pairs.0),
            totals: findings::FindingTotals {
                findings: totals.findings,
                people: totals.people,
                seats: totals.seats,
                saving: totals.saving,
                without_price: totals.without_price,
            },
            facets: facets(&account, &query),
            rows: page.items.iter().map(|item| row(&account, item)).collect(),
            sort: Sort {
                key: sort.trim_start_matches('-').to_owned(),
                descending: sort.starts_with('-'),
            },
            next_cursor: page.next,
            later: cursor.is_some(),
            usual_states: if query.states.is_empty() {
                "open, asked about, kept, accepted or changed".to_owned()
            } else {
                String::new()
            },
            problems,
            unknown: totals.unknown_people,
        };
        Ok(html(findings::page(&page_context.shell, &view)))
    })
    .await
}

fn facets(account: &AccountSnapshot, query: &FindingQuery) -> Vec<Facet> {
    let mut facets: Vec<Facet> = account
        .findings
        .facets(account.roster(), query)
        .into_iter()
        .map(|facet| Facet {
            key: facet.key.to_owned(),
            label: facet.label.to_owned(),
            help: account
                .application
                .field_index(facet.key)
                .map_or("", |index| account.application.fields[index].help)
                .to_owned(),
            options: facet
                .values
                .into_iter()
                .map(|value| FacetOption {
                    unknown: value.value == "unknown",
                    count: count(value.would),
                    value: value.value,
                    label: value.label,
                    selected: value.selected,
                })
                .collect(),
        })
        .collect();
    facets.sort_by_key(|facet| {
        FIRST
            .iter()
            .position(|key| *key == facet.key)
            .unwrap_or(FIRST.len())
    });
    facets
}

/// The events that the user of a finding hosted in the last days; empty for findings about the
/// account.
pub(crate) async fn hosted(
    app: &App,
    account: &AccountSnapshot,
    email: Option<&str>,
) -> Result<Vec<HostedEvent>, Failure> {
    const MOST: u32 = 500;
    let Some(email) = email.filter(|email| !email.is_empty()) else {
        return Ok(Vec::new());
    };
    let id = account.integration.id;
    let email = email.to_lowercase();
    let page = app
        .context
        .store
        .events(id, Some(&email), None, None, MOST, None);
    Ok(page.await?.items)
}

async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, id)): Path<(String, String)>,
    mut page_context: PageContext,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let Some(item) = account.finding(&id) else {
        return Err(Failure::not_found("finding")
            .remedy("A finding ends with its evidence: the person was active, or the licence was removed. Decisions are in the audit log.")
            .action("Back to the findings", Tab::Findings.href(from_path.integration.id)));
    };
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    let email = item.user.map(|row| account.roster().email_of(row));
    let hosted = hosted(&app, &account, email).await?;
    let mut history: Vec<HistoryEntry> = Vec::new();
    let mut members = std::collections::HashMap::new();
    for member in app.context.store.members().await? {
        members.insert(member.id.to_string(), member.email);
    }
    for event in app
        .context
        .store
        .finding_history(from_path.integration.id, &id)
        .await?
    {
        history.push(entry(event, &members));
    }
    history.reverse();
    let others = item.user.map_or_else(Vec::new, |row| {
        account.findings.of_user(account.roster(), row)
    });
    page_context.count_findings(&app);
    let view = finding::FindingPage {
        subject,
        finding: finding_view(&account, &item, &hosted),
        history,
        others: others
            .iter()
            .filter(|other| other.id != id)
            .map(|other| row(&account, other))
            .collect(),
    };
    Ok(html(finding::page(&page_context.shell, &view)))
}

/// A line of the history; a member is named by e-mail address if it is still known.
fn entry(event: FindingEvent, members: &std::collections::HashMap<String, String>) -> HistoryEntry {
    let (what, text) = match event.kind {
        FindingEventKind::Comment => ("Comment".to_owned(), event.text),
        _ => (event.text, String::new()),
    };
    let who = match event.actor.split_once(':') {
        Some(("member", id)) => members.get(id).cloned(),
        Some(("token", id)) => members
            .get(id)
            .map(|email| format!("{email}, through the API")),
        Some(("question", _)) => Some("The person, by the link in the e-mail".to_owned()),
        None if event.actor == "system" => Some("Seatwise".to_owned()),
        None if event.actor == "cli" => Some("The command line".to_owned()),
        _ => None,
    };
    HistoryEntry {
        at: event.at,
        who: who.unwrap_or(event.actor),
        what,
        text,
    }
}
