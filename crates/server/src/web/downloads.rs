//! The content of pages as files: with the same filters, for browsers and programs.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{Day, Permission};
use service::blocking::run_blocking;
use service::calendar::{Entry, calendar};
use service::export::{self, CsvFor, FileKind, xlsx_bytes};
use service::parameters;
use service::parameters::Reader;
use service::renewal_sheets::renewal_sheets;
use service::secret::digest;
use service::user_rows::UserTable;
use service::{finding_rows, focus_export};

use crate::access::Access;
use crate::api::filters::{SelectedFindings, SelectedUsers};
use crate::api::parameters::{Query, check_period};
use crate::app::SharedApp;
use crate::download::{attachment, download};
use crate::failure::Failure;
use crate::form::PageQuery;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::web::renewals::api::contract_of;

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
        .page(Method::GET, "/renewals.ics", Access::Public, feed)
}

/// Days of costs when the request names no period.
const COST_DAYS: i32 = 365;

/// The longest period of costs, in days.
const LONGEST_COSTS: i32 = 3660;

/// The name of a file about an account.
pub(crate) fn name(from_path: &IntegrationFromPath, what: &str, day: Day) -> String {
    format!(
        "{} {} {what} {day}",
        from_path.application.name, from_path.integration.name
    )
}

async fn users(
    app: SharedApp,
    SelectedUsers { from_path, query }: SelectedUsers,
    kind: FileKind,
) -> Result<Response, Failure> {
    let snapshot = app.context.rosters.of(&from_path.integration).await?;
    let now = app.context.clock.now();
    let users = UserTable::new(from_path.application);
    let columns = users.columns();
    let name = name(&from_path, "users", now.day());
    let file = export::file(
        (kind, CsvFor::People),
        &name,
        "Users",
        now,
        columns,
        move |rows| {
            for user in snapshot.rows(&query) {
                rows.write_row(users.cells(&user))?;
            }
            Ok(())
        },
    )
    .await?;
    Ok(download(file))
}

async fn users_xlsx(
    State(app): State<SharedApp>,
    selected: SelectedUsers,
) -> Result<Response, Failure> {
    users(app, selected, FileKind::Xlsx).await
}

async fn users_parquet(
    State(app): State<SharedApp>,
    selected: SelectedUsers,
) -> Result<Response, Failure> {
    users(app, selected, FileKind::Parquet).await
}

async fn findings(
    app: SharedApp,
    SelectedFindings {
        from_path, query, ..
    }: SelectedFindings,
    kind: FileKind,
) -> Result<Response, Failure> {
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let now = app.context.clock.now();
    let name = name(&from_path, "findings", now.day());
    let columns = finding_rows::columns();
    let file = export::file(
        (kind, CsvFor::People),
        &name,
        "Findings",
        now,
        columns,
        move |rows| {
            for finding in account_snapshot
                .findings
                .all(account_snapshot.roster(), &query)
            {
                rows.write_row(finding_rows::cells(&account_snapshot, &finding))?;
            }
            Ok(())
        },
    )
    .await?;
    Ok(download(file))
}

async fn findings_csv(
    State(app): State<SharedApp>,
    selected: SelectedFindings,
) -> Result<Response, Failure> {
    findings(app, selected, FileKind::Csv).await
}

async fn findings_xlsx(
    State(app): State<SharedApp>,
    selected: SelectedFindings,
) -> Result<Response, Failure> {
    findings(app, selected, FileKind::Xlsx).await
}

async fn findings_parquet(
    State(app): State<SharedApp>,
    selected: SelectedFindings,
) -> Result<Response, Failure> {
    findings(app, selected, FileKind::Parquet).await
}

/// One contract's renewal as spreadsheets that the finance department can check.
async fn renewal_xlsx(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, contract)): Path<(String, String)>,
    _: Query<()>,
) -> Result<Response, Failure> {
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

parameters! {
    /// The period of the costs.
    struct CostsQuery checked by CostsQuery::check {
        from: Option<Day>,
        to: Option<Day>,
    }
}

impl CostsQuery {
    fn check(&self, reader: &mut Reader<'_>) {
        check_period(self.from, self.to, reader);
    }
}

/// Costs of contracts in the FOCUS format.
async fn costs(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query(CostsQuery { from, to }): Query<CostsQuery>,
) -> Result<Response, Failure> {
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
        (FileKind::Csv, CsvFor::Programs),
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

parameters! {
    /// The proof that a caller may read the calendar feed.
    struct FeedQuery {
        token: String,
    }
}

/// The calendar feed of all renewals, for callers that know its token.
async fn feed(
    State(app): State<SharedApp>,
    PageQuery(FeedQuery { token }): PageQuery<FeedQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let known = app.context.store.feed_token_hash().await?;
    // Digests are compared, so that the duration of the comparison does not reveal the token.
    if known.is_none_or(|known| known != digest(&token)) {
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
                starts_on: dates.starts_on,
                ends_on: dates.ends_on,
                page: format!("{base}/i/{}/renewals/{}", contract.integration, contract.id),
            })
        })
        .collect();
    let host = app.context.public_url.host_str().unwrap_or("seatwise");
    let text = calendar(&entries, host);
    // Programs ask several times a day, and mostly nothing has changed.
    let tag = HeaderValue::try_from(format!("\"{}\"", digest(&text)))
        .map_err(|error| Failure::internal(&error))?;
    let unchanged = headers.get(IF_NONE_MATCH) == Some(&tag);
    let kept = [
        (ETAG, tag),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    if unchanged {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    Ok((kept, [(CONTENT_TYPE, kind)], text).into_response())
}
