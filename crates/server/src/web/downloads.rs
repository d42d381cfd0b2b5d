//! The content of pages as files: with the same filters, for browsers and programs.

use connector::Connector;
use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use model::{Day, FindingState, Permission};
use store::{ChangeFilter, ChangeState};

use crate::access::Access;
use crate::api::only;
use crate::app::{App, SharedApp};
use crate::download::{attachment, download};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::web::findings::api::query_of_findings as finding_query;
use crate::web::history::api::in_this_order;
use crate::web::renewals::api::contract_of;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::calendar::{Entry, calendar};
use service::change_list::{self, Person};
use service::export::{self, FileKind, xlsx_bytes};
use service::queries::user_query;
use service::renewal_sheets::renewal_sheets;
use service::secret::digest;
use service::user_rows::UserTable;
use service::{finding_rows, focus_export};

/// Days of costs when the request names no period.
const COST_DAYS: i32 = 365;
/// The longest period of costs, in days.
const LONGEST_COSTS: i32 = 3660;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .undocumented(Method::GET, "/i/{id}/users.xlsx", view, users_xlsx)
        .undocumented(Method::GET, "/i/{id}/users.parquet", view, users_parquet)
        .undocumented(Method::GET, "/i/{id}/findings.csv", view, findings_csv)
        .undocumented(Method::GET, "/i/{id}/findings.xlsx", view, findings_xlsx)
        .undocumented(
            Method::GET,
            "/i/{id}/findings.parquet",
            view,
            findings_parquet,
        )
        .undocumented(
            Method::GET,
            "/i/{id}/renewals/{contract}/xlsx",
            view,
            renewal_xlsx,
        )
        .undocumented(Method::GET, "/i/{id}/costs.csv", view, costs)
        .undocumented(Method::GET, "/i/{id}/changes.csv", view, changes_csv)
        .undocumented(Method::GET, "/i/{id}/changes.ps1", view, changes_powershell)
        .undocumented(Method::GET, "/i/{id}/changes.sh", view, changes_api)
        .page(Method::GET, "/renewals.ics", Access::Public, feed)
}

/// The name of a file about an account.
fn name(from_path: &IntegrationFromPath, what: &str, day: Day) -> String {
    format!(
        "{} {} {what} {day}",
        from_path.application.name, from_path.integration.name
    )
}

async fn users(
    app: SharedApp,
    from_path: IntegrationFromPath,
    pairs: Pairs,
    kind: FileKind,
) -> Result<Response, Failure> {
    let query = user_query(&app.context, from_path.application, &pairs)
        .await?
        .map_err(Failure::from)?;
    let snapshot = app.context.rosters.of(&from_path.integration).await?;
    let now = app.context.clock.now();
    let users = UserTable::new(from_path.application);
    let columns = users.columns();
    let name = name(&from_path, "users", now.day());
    let file = export::file(kind, &name, "Users", now, columns, move |rows| {
        for user in snapshot.rows(&query) {
            rows.write_row(users.cells(&user))?;
        }
        Ok(())
    })
    .await?;
    Ok(download(file))
}

async fn users_xlsx(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    users(app, from_path, pairs, FileKind::Xlsx).await
}

async fn users_parquet(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    users(app, from_path, pairs, FileKind::Parquet).await
}

async fn findings(
    app: SharedApp,
    from_path: IntegrationFromPath,
    pairs: Pairs,
    kind: FileKind,
) -> Result<Response, Failure> {
    let query = finding_query(&app, &from_path, &pairs).await?;
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let now = app.context.clock.now();
    let name = name(&from_path, "findings", now.day());
    let columns = finding_rows::columns();
    let file = export::file(kind, &name, "Findings", now, columns, move |rows| {
        for finding in account_snapshot
            .findings
            .all(account_snapshot.roster(), &query)
        {
            rows.write_row(finding_rows::cells(&account_snapshot, &finding))?;
        }
        Ok(())
    })
    .await?;
    Ok(download(file))
}

async fn findings_csv(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    findings(app, from_path, pairs, FileKind::Csv).await
}

async fn findings_xlsx(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    findings(app, from_path, pairs, FileKind::Xlsx).await
}

async fn findings_parquet(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    findings(app, from_path, pairs, FileKind::Parquet).await
}

/// One contract's renewal as spreadsheets that the finance department can check.
async fn renewal_xlsx(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &[])?;
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let contract = contract_of(&account_snapshot, &contract)?.clone();
    let now = app.context.clock.now();
    let name = name(
        &from_path,
        &format!("renewal {}", contract.terms.name),
        now.day(),
    );
    let bytes = run_blocking(move || {
        let renewal = account_snapshot.renewal(&contract);
        xlsx_bytes(now, renewal_sheets(&account_snapshot, &contract, &renewal))
    })
    .await?;
    Ok(sent(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &format!("{name}.xlsx"),
        bytes,
    ))
}

/// A response with a whole file.
pub(crate) fn sent(kind: &'static str, name: &str, bytes: impl IntoResponse) -> Response {
    (
        [
            (CONTENT_TYPE, HeaderValue::from_static(kind)),
            (CONTENT_DISPOSITION, attachment(name)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        bytes,
    )
        .into_response()
}

/// Costs of contracts in the FOCUS format.
async fn costs(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &["from", "to"])?;
    let (from, to) = (pairs.day("from")?, pairs.day("to")?);
    in_this_order(from, to)?;
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let to = to.unwrap_or(account_snapshot.today);
    let from = from.unwrap_or(to.plus(-COST_DAYS));
    if to.since(from) > LONGEST_COSTS {
        return Err(Failure::parameter(
            "from",
            "is more than ten years before the last day",
        ));
    }
    let name = name(&from_path, "costs", account_snapshot.today);
    let now = app.context.clock.now();
    let file = export::file(
        FileKind::Csv,
        &name,
        "Costs",
        now,
        focus_export::columns(),
        move |rows| {
            for row in focus_export::rows(&account_snapshot, from, to) {
                rows.write_row(row)?;
            }
            Ok(())
        },
    )
    .await?;
    Ok(download(file))
}

/// The changes that an address selects: `state`, `plan` and `to` filter them, `change` names some.
/// Without parameters, those that are still to be made.
pub(crate) async fn requested_changes(
    app: &App,
    from_path: &IntegrationFromPath,
    pairs: &Pairs,
) -> Result<Vec<store::Change>, Failure> {
    only(pairs, &["state", "plan", "to", "change"])?;
    let values = |name: &'static str| {
        let all = pairs.0.iter().filter(move |(key, _)| key == name);
        all.map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    };
    let mut states = values("state")
        .map(|word| {
            ChangeState::from_value(word).ok_or_else(|| {
                let known = ChangeState::ALL.map(ChangeState::value).join(", ");
                Failure::parameter("state", format!("`{word}` is not one of {known}"))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let ids = values("change")
        .map(|text| {
            text.parse().map(store::ChangeId).map_err(|_| {
                Failure::parameter("change", format!("`{text}` is not the number of a change"))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if states.is_empty() && ids.is_empty() {
        states = vec![
            ChangeState::Listed,
            ChangeState::Exported,
            ChangeState::Failed,
        ];
    }
    let plans: Vec<&str> = values("plan").collect();
    let to: Vec<&str> = values("to").collect();
    let filter = ChangeFilter {
        states,
        ids,
        ..ChangeFilter::default()
    };
    let mut changes = app
        .context
        .store
        .changes(from_path.integration.id, &filter)
        .await?;
    // Changes of withdrawn decisions are left out, because their state may be older than the
    // withdrawal.
    let decisions = app
        .context
        .store
        .decisions(from_path.integration.id)
        .await?;
    let wanted: HashSet<&str> = decisions
        .iter()
        .filter(|decision| matches!(decision.state, FindingState::Accepted | FindingState::Done))
        .map(|decision| decision.finding.as_str())
        .collect();
    changes.retain(|change| wanted.contains(change.finding.as_str()));
    // Changes of exempt licences are left out too, whichever rule they were decided under.
    let today = app.context.clock.now().day();
    changes.retain(|change| {
        let Some(user) = change.user_key.as_deref() else {
            return true;
        };
        let mut all = decisions.iter();
        !all.any(|decision| decision.exempts(user, &change.licence, today))
    });
    changes
        .retain(|change| plans.is_empty() || plans.contains(&change.licence.to_string().as_str()));
    changes.retain(|change| to.is_empty() || to.contains(&change.to.as_str()));
    Ok(changes)
}

/// The address of the application's API, for scripts.
fn api_address(connector: &dyn Connector) -> String {
    connector.api_url().trim_end_matches('/').to_owned()
}

/// The export format of a change list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Zoom's own bulk import.
    BulkImport,
    PowerShell,
    /// Calls of the application's API.
    Api,
}

/// The change list in the requested format.
pub(crate) async fn change_file(
    app: &SharedApp,
    from_path: &IntegrationFromPath,
    pairs: &Pairs,
    form: Form,
) -> Result<Response, Failure> {
    let changes = requested_changes(app, from_path, pairs).await?;
    if changes.is_empty() {
        return Err(Failure::conflict("The change list has no changes to make."));
    }
    let today = app.context.clock.now().day();
    let what = name(from_path, "changes", today);
    let connector = app
        .context
        .engine
        .connectors()
        .connector(from_path.application.key)
        .ok_or_else(|| Failure::not_found("integration"))?;
    let connector = &**connector;
    Ok(match form {
        Form::BulkImport => {
            let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
            let choice = changes
                .first()
                .map(|change| change_list::choice(account_snapshot.application, change))
                .unwrap_or_default();
            let people = people(&account_snapshot, changes);
            let name = format!("{what} {choice}.csv");
            let text = change_list::bulk_import(&people)?;
            sent("text/csv; charset=utf-8; header=present", &name, text)
        }
        Form::PowerShell => sent(
            "text/plain; charset=utf-8",
            &format!("{what}.ps1"),
            change_list::powershell(connector, &api_address(connector), &changes),
        ),
        Form::Api => sent(
            "text/plain; charset=utf-8",
            &format!("{what}.sh"),
            change_list::api_calls(connector, &api_address(connector), &changes),
        ),
    })
}

/// The changes with the user data that the bulk import needs.
fn people(
    account_snapshot: &Arc<AccountSnapshot>,
    changes: Vec<store::Change>,
) -> Vec<(store::Change, Person)> {
    changes
        .into_iter()
        .map(|change| {
            let key = change.user_key.as_deref().unwrap_or_default();
            let person = account_snapshot.roster().user(key, 30).map(|detail| {
                let user = detail.user;
                let department = match user.value("department") {
                    Some(model::FieldValue::Text(text)) => text.clone(),
                    _ => String::new(),
                };
                Person {
                    name: user.display_name.to_owned(),
                    department,
                    groups: user.groups.join(", "),
                }
            });
            let person = person.unwrap_or_else(|| Person {
                name: String::new(),
                department: String::new(),
                groups: String::new(),
            });
            (change, person)
        })
        .collect()
}

async fn changes_csv(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, &pairs, Form::BulkImport).await
}

async fn changes_powershell(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, &pairs, Form::PowerShell).await
}

async fn changes_api(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, &pairs, Form::Api).await
}

/// The calendar feed of all renewals, for callers that know its token.
async fn feed(
    State(app): State<SharedApp>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let known = app.context.store.feed_token_hash().await?;
    let token = pairs.text("token").unwrap_or_default();
    // Digests are compared, so that the duration of the comparison does not reveal the token.
    if known.is_none_or(|known| known != digest(token)) {
        return Err(Failure::not_found("calendar"));
    }
    let today = app.context.clock.now().day();
    let contracts = app.context.store.all_contracts().await?;
    let integrations = app.context.store.integrations().await?;
    let base = app.context.public_url.as_str().trim_end_matches('/');
    let entries: Vec<Entry<'_>> = contracts
        .iter()
        .filter_map(|contract| {
            let integration = integrations
                .iter()
                .find(|integration| integration.id == contract.integration)?;
            let dates = insight::renewal::dates(contract, today);
            if dates.ended {
                return None;
            }
            Some(Entry {
                contract,
                application: app.context.engine.application(&integration.application)?,
                account: &integration.name,
                notice_by: dates.notice_by,
                ends_on: dates.ends_on,
                page: format!("{base}/i/{}/renewals/{}", contract.integration, contract.id),
            })
        })
        .collect();
    let host = app.context.public_url.host_str().unwrap_or("seatwise");
    let text = calendar(&entries, host, app.context.clock.now());
    Ok((
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/calendar; charset=utf-8"),
            ),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        text,
    )
        .into_response())
}
