//! The savings ledger of an account: its page and its API.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use store::LedgerEntry;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::subject;
use service::account_snapshot::AccountSnapshot;
use ui::pages::ledger::{LedgerPage, SavingRow, SavingStatus, SavingTotal, page};

/// Entries that a page shows.
const SHOWN: usize = 500;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/ledger", view, show)
        .operation(view, routes!(ledger))
}

fn entry_status(entry: &LedgerEntry) -> SavingStatus {
    if entry.lost_on.is_some() {
        SavingStatus::Lost
    } else if entry.realised_on.is_some() {
        SavingStatus::Realised
    } else {
        SavingStatus::Promised
    }
}

/// The name of a user in the roster, otherwise the address, otherwise a general word.
pub(crate) fn name_of(account: &AccountSnapshot, key: Option<&str>, email: &str) -> String {
    let roster = account.roster();
    let row = key.and_then(|key| roster.row_of(key));
    let name = row.map_or("", |row| roster.name_of(row));
    let address = row.map_or("", |row| roster.email_of(row));
    [name, email, address, "unknown user"]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
        .to_owned()
}

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let wanted = match pairs.text("state") {
        None => None,
        Some(text) => Some(
            SavingStatus::ALL
                .into_iter()
                .find(|state| state.value() == text)
                .ok_or_else(|| Failure::parameter("state", "give promised, realised or lost"))?,
        ),
    };
    let account = app.context.accounts.of(&from_path.integration).await?;
    let entries = app.context.store.ledger(from_path.integration.id).await?;
    let mut totals: [SavingTotal; 3] = Default::default();
    for entry in &entries {
        let at = SavingStatus::ALL
            .into_iter()
            .position(|state| state == entry_status(entry))
            .unwrap_or(0);
        let total = &mut totals[at];
        total.seats += entry.seats;
        match entry.promised {
            Some(amount) => total.saving.add(amount),
            None => total.without_price += entry.seats,
        }
    }
    let rows = entries
        .iter()
        .filter(|entry| wanted.is_none_or(|wanted| wanted == entry_status(entry)))
        .take(SHOWN)
        .map(|entry| SavingRow {
            name: name_of(&account, entry.user_key.as_deref(), ""),
            user_key: entry.user_key.clone().unwrap_or_default(),
            licence: entry.licence.label(from_path.application),
            finding: account
                .finding(&entry.finding)
                .map_or_else(String::new, |finding| finding.id),
            change: entry.change.0,
            state: entry_status(entry),
            amount: entry.promised,
            promised_on: entry.promised_on,
            realised_on: entry.realised_on,
            lost_on: entry.lost_on,
            invoice_lower_on: entry.invoice_lower_on,
        })
        .collect();
    let view = LedgerPage {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        params: page_context.params(&pairs.0),
        rows,
        totals,
    };
    Ok(html(page(&page_context.shell, &view)))
}

/// The savings ledger, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/ledger", operation_id = "ledger", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every promise.", body = List<LedgerEntry>))
)]
pub(crate) async fn ledger(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<LedgerEntry>>, Failure> {
    let entries = app.context.store.ledger(from_path.integration.id).await?;
    Ok(Json(List::whole(entries)))
}
