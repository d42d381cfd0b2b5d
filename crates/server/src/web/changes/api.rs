//! The change list, what came of it, and the questions to people: what was decided, on its way.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::{Day, Timestamp};
use serde::Serialize;
use serde_json::Value;
use store::{
    Change as Stored, ChangeFilter, ChangeId, ChangeState, Question as StoredRequest,
    QuestionFilter, QuestionId, QuestionState,
};
use sync::OutcomeKind;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::amounts::Amount;
use crate::api::body::{File, JsonBody};
use crate::api::{List, only, page_size};
use crate::app::Shared;
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::contracts::api::{Imported, dry_run, lines};
use crate::web::downloads::{Form, change_file};
use model::Permission;
use service::Pairs;
use service::change_run::{self, Run};
use service::people_rows::{self, WouldLeave};
use service::secret::{digest, random_text};
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    let may_decide = Access::Needs(Permission::Decide);
    let may_change = Access::Needs(Permission::MakeChanges);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(export))
        .operation(may_view, routes!(journal))
        .operation(may_decide, routes!(exported))
        .operation(may_change, routes!(dry_run_changes))
        .operation(may_change, routes!(execute))
        .operation(may_change, routes!(undo))
        .operation(may_view, routes!(ledger))
        .operation(may_view, routes!(requests))
        .operation(may_decide, routes!(import_people))
        .operation(may_decide, routes!(make_feed, end_feed))
}

/// A change of somebody's licence that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    /// Its number.
    id: String,
    /// Id of the finding that it is for.
    finding: String,
    /// The user's `id`; null when the person was erased.
    user_id: Option<String>,
    /// Their e-mail address.
    email: String,
    /// The licence that goes, and no other.
    licence: String,
    /// What is there now.
    from: String,
    /// What is to be there.
    to: String,
    /// `listed`, `exported`, `running`, `done`, `failed`, `skipped` or `undone`.
    state: &'static str,
    /// Seats that it frees.
    seats: i64,
    /// The evidence at the time of the decision.
    #[schema(value_type = Object)]
    evidence: Value,
    /// What it saves in a year; null without a price.
    saving: Option<Amount>,
    /// When the seat is free for somebody else (UTC).
    #[schema(value_type = Option<String>, format = Date)]
    seat_free_on: Option<Day>,
    /// When the invoice gets smaller (UTC); null when not known.
    #[schema(value_type = Option<String>, format = Date)]
    invoice_lower_on: Option<Day>,
    /// Who decided, as in the audit log.
    decided_by: String,
    /// When (UTC).
    #[schema(value_type = String, format = DateTime)]
    decided_at: Timestamp,
    /// When it was made (UTC); null while it was not.
    #[schema(value_type = Option<String>, format = DateTime)]
    executed_at: Option<Timestamp>,
    /// What came of it; null while nothing did.
    result: Option<String>,
}

fn told(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl From<Stored> for Change {
    fn from(stored: Stored) -> Self {
        Self {
            id: stored.id.to_string(),
            finding: stored.finding,
            user_id: stored.user_key,
            email: stored.email,
            licence: stored.licence.to_string(),
            from: stored.from,
            to: stored.to,
            state: stored.state.value(),
            seats: stored.seats,
            evidence: serde_json::from_str(&stored.evidence_json).unwrap_or_default(),
            saving: stored.saving.map(Amount::from),
            seat_free_on: stored.seat_free_on,
            invoice_lower_on: stored.invoice_lower_on,
            decided_by: stored.decided_by,
            decided_at: stored.decided_at,
            executed_at: stored.executed_at,
            result: told(stored.result),
        }
    }
}

/// A cursor of a list whose cursors are numbers.
fn before(pairs: &Pairs) -> Result<Option<i64>, Failure> {
    match pairs.text("cursor") {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            Failure::parameter(
                "cursor",
                "is not a cursor of an earlier answer: use `next_cursor` unchanged",
            )
        }),
    }
}

/// The values of a parameter, read one by one.
fn states<T>(
    pairs: &Pairs,
    read: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<Vec<T>, Failure> {
    pairs
        .0
        .iter()
        .filter(|(name, value)| name == "state" && !value.trim().is_empty())
        .map(|(_, word)| {
            read(word.trim()).ok_or_else(|| {
                let known = known.join(", ");
                Failure::parameter("state", format!("`{word}` is not one of {known}"))
            })
        })
        .collect()
}

/// A page out of one row more than it may have.
fn page<T, U>(
    mut rows: Vec<T>,
    limit: u32,
    id: impl Fn(&T) -> String,
    shape: impl Fn(T) -> U,
) -> List<U> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    List {
        next_cursor: rows.last().filter(|_| more).map(id),
        items: rows.into_iter().map(shape).collect(),
        total: None,
    }
}

/// The change list, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes", operation_id = "listChanges", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("state" = Option<Vec<String>>, Query, description = "`listed`, `exported`, `running`, `done`, `failed`, `skipped` or `undone`. Repeat it for “or”."),
        ("finding" = Option<String>, Query, description = "For this finding only."),
        ("user" = Option<String>, Query, description = "Of this user only."),
        ("limit" = Option<u32>, Query, description = "Rows of a page, 1 to 1000.", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "Changes.", body = List<Change>))
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Json<List<Change>>, Failure> {
    let limit = page_size(&pairs, &["state", "finding", "user"])?;
    let filter = ChangeFilter {
        states: states(
            &pairs,
            ChangeState::from_value,
            &ChangeState::ALL.map(ChangeState::value),
        )?,
        user_key: pairs.text("user").map(str::to_owned),
        finding: pairs.text("finding").map(str::to_owned),
        before: before(&pairs)?.map(ChangeId),
        limit: limit + 1,
        ..ChangeFilter::default()
    };
    let changes = app
        .context
        .store
        .changes(chosen.integration.id, &filter)
        .await?;
    Ok(Json(page(
        changes,
        limit,
        |change| change.id.to_string(),
        Change::from,
    )))
}

/// Something that happened to a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JournalEntry {
    /// When (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who, as in the audit log.
    actor: String,
    /// What the change came to.
    state: &'static str,
    /// What happened.
    text: String,
}

/// What happened to a change, oldest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes/{change}/journal", operation_id = "changeJournal", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("change" = String, Path, description = "Number of the change."),
    ),
    responses((status = 200, description = "The journal.", body = List<JournalEntry>))
)]
pub(crate) async fn journal(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    Path((_, change)): Path<(String, String)>,
    QueryString(pairs): QueryString,
) -> Result<Json<List<JournalEntry>>, Failure> {
    only(&pairs, &[])?;
    let id = change.parse().map(ChangeId);
    let id = id.map_err(|_| Failure::not_found("change"))?;
    let entries = app
        .context
        .store
        .change_journal(chosen.integration.id, id)
        .await?;
    if entries.is_empty() {
        return Err(Failure::not_found("change"));
    }
    let entries = entries.into_iter().map(|entry| JournalEntry {
        at: entry.at,
        actor: entry.actor,
        state: entry.state.value(),
        text: entry.text,
    });
    Ok(Json(List::whole(entries.collect())))
}

/// The change list for somebody else to carry out: those still to be made, unless `state` or `change`
/// say otherwise.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes/export", operation_id = "exportChanges", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("format" = Option<String>, Query, description = "`csv` (the default): the form of Zoom's bulk import, one kind of change in a file; `powershell`; `api`: curl calls."),
        ("plan" = Option<Vec<String>>, Query, description = "Changes of this licence only."),
        ("to" = Option<Vec<String>>, Query, description = "Changes that end with this only: a licence, `basic` or `none`, as `to` of a change says."),
        ("state" = Option<Vec<String>>, Query, description = "Changes in this state only."),
        ("change" = Option<Vec<String>>, Query, description = "The change with this number. Repeat it for more."),
    ),
    responses((status = 200, description = "The file.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn export(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let form = match pairs.text("format") {
        None | Some("csv") => Form::BulkImport,
        Some("powershell") => Form::PowerShell,
        Some("api") => Form::Api,
        Some(other) => {
            return Err(Failure::parameter(
                "format",
                format!("`{other}` is not `csv`, `powershell` or `api`"),
            ));
        }
    };
    let rest = pairs.0.into_iter().filter(|(name, _)| name != "format");
    change_file(&app, &chosen, &Pairs(rest.collect()), form).await
}

/// Which changes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "says what the handlers read member by member")]
pub(crate) struct ChangeIds {
    /// Numbers of changes.
    ids: Vec<String>,
    /// `exported`: the form they were handed over in; `csv` when not given.
    format: Option<String>,
    /// `execute` and `undo`: stop after so many failures, 1 to 100; 3 when not given.
    stop_after: Option<u32>,
}

/// The numbers of changes that a body names.
pub(crate) fn change_ids(told: &JsonBody) -> Result<Vec<ChangeId>, Failure> {
    let ids = told.texts("ids")?.unwrap_or_default();
    if ids.is_empty() {
        return Err(Failure::parameter(
            "ids",
            "is missing: give the numbers of changes",
        ));
    }
    ids.iter()
        .map(|text| {
            text.parse().map(ChangeId).map_err(|_| {
                Failure::parameter("ids", format!("`{text}` is not the number of a change"))
            })
        })
        .collect()
}

/// Notes that changes were handed to somebody who makes them outside of Seatwise.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/exported", operation_id = "markExported", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangeIds,
    responses((status = 204, description = "It is noted."))
)]
pub(crate) async fn exported(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    told: JsonBody,
) -> Result<StatusCode, Failure> {
    told.only(&["ids", "format"])?;
    let ids = change_ids(&told)?;
    let format = told.text("format")?.unwrap_or_else(|| "csv".to_owned());
    if !matches!(format.as_str(), "csv" | "powershell" | "api") {
        return Err(Failure::parameter(
            "format",
            format!("`{format}` is not one of csv, powershell, api"),
        ));
    }
    let named = ChangeFilter {
        ids: ids.clone(),
        ..ChangeFilter::default()
    };
    let known = app
        .context
        .store
        .changes(chosen.integration.id, &named)
        .await?;
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| known.iter().all(|change| change.id != **id))
        .map(ToString::to_string)
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::parameter(
            "ids",
            format!(
                "names changes that there are not: {}; give numbers from the change list",
                unknown.join(", ")
            ),
        ));
    }
    app.context
        .store
        .mark_changes_exported(
            chosen.integration.id,
            &ids,
            &format,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What became of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeReport {
    /// One for each change that was reached.
    outcomes: Vec<ChangeOutcome>,
    /// Why the others were not reached; null when all were.
    stopped: Option<String>,
    /// Whether it still goes on: then the list says what becomes of each change.
    running: bool,
}

/// What became of one change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeOutcome {
    /// Number of the change.
    id: String,
    /// `would_change`, `done`, `undone`, `skipped`, `failed` or `not_due`.
    outcome: &'static str,
    /// The same as a sentence.
    text: String,
}

/// Reads which changes, does it, and tells what became of them.
async fn carry_out(
    app: &Shared,
    caller: &Caller,
    chosen: &IntegrationFromPath,
    told: &JsonBody,
    what: Run,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    told.only(&["ids", "stop_after"])?;
    let ids = change_ids(told)?;
    let stop_after = match told.text("stop_after")? {
        None => change_run::STOP_AFTER,
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=100).contains(number))
            .ok_or_else(|| {
                Failure::parameter(
                    "stop_after",
                    format!("`{text}` is not a number from 1 to 100"),
                )
            })?,
    };
    let actor = caller.actor();
    let report = change_run::run(
        &app.context,
        &chosen.integration,
        &ids,
        what,
        stop_after,
        &actor,
    )
    .await?;
    let Some(report) = report else {
        let running = ChangeReport {
            outcomes: Vec::new(),
            stopped: None,
            running: true,
        };
        return Ok((StatusCode::ACCEPTED, Json(running)));
    };
    let outcomes = report.outcomes.into_iter().map(|outcome| ChangeOutcome {
        id: outcome.change.to_string(),
        outcome: match outcome.kind {
            OutcomeKind::WouldChange => "would_change",
            OutcomeKind::Done => "done",
            OutcomeKind::Undone => "undone",
            OutcomeKind::Skipped => "skipped",
            OutcomeKind::Failed => "failed",
            OutcomeKind::NotDue => "not_due",
        },
        text: outcome.text,
    });
    let report = ChangeReport {
        outcomes: outcomes.collect(),
        stopped: report.stopped,
        running: false,
    };
    Ok((StatusCode::OK, Json(report)))
}

/// Says what executing these changes would do now, looking at the application and changing nothing.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/dry-run", operation_id = "dryRunChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangeIds,
    responses(
        (status = 200, description = "What would become of them.", body = ChangeReport),
        (status = 202, description = "It takes longer; ask about fewer changes.", body = ChangeReport),
    )
)]
pub(crate) async fn dry_run_changes(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    told: JsonBody,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &chosen, &told, Run::Check).await
}

/// Makes these changes at the application: only those of which nothing speaks against at that moment,
/// and only the licence that each names. Needs the app with write scopes that an administrator
/// connected.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/execute", operation_id = "executeChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangeIds,
    responses(
        (status = 200, description = "What became of them.", body = ChangeReport),
        (status = 202, description = "They are being made; the list says what becomes of each.", body = ChangeReport),
    )
)]
pub(crate) async fn execute(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    told: JsonBody,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &chosen, &told, Run::Execute).await
}

/// Takes changes back that were made, if the application still has what they left.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/undo", operation_id = "undoChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangeIds,
    responses(
        (status = 200, description = "What became of them.", body = ChangeReport),
        (status = 202, description = "They are being taken back; the list says what becomes of each.", body = ChangeReport),
    )
)]
pub(crate) async fn undo(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    told: JsonBody,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &chosen, &told, Run::Undo).await
}

/// What was promised, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LedgerEntry {
    /// Number of the change.
    change_id: String,
    /// Id of the finding.
    finding: String,
    /// The user's `id`; null when the person was erased.
    user_id: Option<String>,
    /// The licence.
    licence: String,
    /// Seats.
    seats: i64,
    /// What was promised for a year; null without a price.
    promised: Option<Amount>,
    /// When (UTC).
    #[schema(value_type = String, format = Date)]
    promised_on: Day,
    /// When the seat was to be free.
    #[schema(value_type = Option<String>, format = Date)]
    seat_free_on: Option<Day>,
    /// When the invoice was to get smaller; null when that was not known.
    #[schema(value_type = Option<String>, format = Date)]
    invoice_lower_on: Option<Day>,
    /// The day of the sync that saw the licence gone.
    #[schema(value_type = Option<String>, format = Date)]
    realised_on: Option<Day>,
    /// The day of the sync that saw it back.
    #[schema(value_type = Option<String>, format = Date)]
    lost_on: Option<Day>,
    /// `promised`, `realised` or `lost`.
    state: &'static str,
}

/// The savings ledger, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/ledger", operation_id = "ledger", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every promise.", body = List<LedgerEntry>))
)]
pub(crate) async fn ledger(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Json<List<LedgerEntry>>, Failure> {
    only(&pairs, &[])?;
    let entries = app.context.store.ledger(chosen.integration.id).await?;
    let entries = entries.into_iter().map(|entry| LedgerEntry {
        change_id: entry.change.to_string(),
        finding: entry.finding,
        user_id: entry.user_key,
        licence: entry.licence.to_string(),
        seats: entry.seats,
        promised: entry.promised.map(Amount::from),
        promised_on: entry.promised_on,
        seat_free_on: entry.seat_free_on,
        invoice_lower_on: entry.invoice_lower_on,
        realised_on: entry.realised_on,
        lost_on: entry.lost_on,
        state: match (entry.realised_on, entry.lost_on) {
            (_, Some(_)) => "lost",
            (Some(_), None) => "realised",
            (None, None) => "promised",
        },
    });
    Ok(Json(List::whole(entries.collect())))
}

/// A question to somebody about a licence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Request {
    /// Its number.
    id: String,
    /// Id of the finding.
    finding: String,
    /// The `id` of the user who holds the licence.
    user_id: String,
    /// Who was asked.
    email: String,
    /// The licence.
    licence: String,
    /// How far it has come.
    state: &'static str,
    /// Who asked, as in the audit log.
    created_by: String,
    /// When it was decided to ask (UTC).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When the link runs out (UTC).
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What silence means: `nothing` or `accept`.
    on_silence: &'static str,
    /// When it was sent (UTC).
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// When a reminder was sent (UTC).
    #[schema(value_type = Option<String>, format = DateTime)]
    reminded_at: Option<Timestamp>,
    /// When it ended (UTC).
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// `keep`, `give_up` or `hand_over`; null while nobody answered.
    answer: Option<&'static str>,
    /// To whom they hand it over; null for another answer.
    handed_to: Option<String>,
    /// What they wrote; null for nothing.
    note: Option<String>,
}

impl From<StoredRequest> for Request {
    fn from(stored: StoredRequest) -> Self {
        Self {
            id: stored.id.to_string(),
            finding: stored.finding,
            user_id: stored.user_key,
            email: stored.email,
            licence: stored.licence.to_string(),
            state: stored.state.value(),
            created_by: stored.created_by,
            created_at: stored.created_at,
            expires_at: stored.expires_at,
            on_silence: stored.on_silence.value(),
            sent_at: stored.sent_at,
            reminded_at: stored.reminded_at,
            ended_at: stored.ended_at,
            answer: stored.answer.as_ref().map(store::Answer::value),
            handed_to: match stored.answer {
                Some(store::Answer::HandOver { to }) => Some(to),
                _ => None,
            },
            note: told(stored.note),
        }
    }
}

/// Questions to people, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/requests", operation_id = "listRequests", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("state" = Option<Vec<String>>, Query, description = "How far they have come. Repeat it for “or”."),
        ("limit" = Option<u32>, Query, description = "Rows of a page, 1 to 1000.", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "Questions.", body = List<Request>))
)]
pub(crate) async fn requests(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Json<List<Request>>, Failure> {
    let limit = page_size(&pairs, &["state"])?;
    let filter = QuestionFilter {
        states: states(
            &pairs,
            QuestionState::from_value,
            &QuestionState::ALL.map(QuestionState::value),
        )?,
        before: before(&pairs)?.map(QuestionId),
        limit: limit + 1,
        ..QuestionFilter::default()
    };
    let id = Some(chosen.integration.id);
    let requests = app.context.store.questions(id, &filter).await?;
    Ok(Json(page(
        requests,
        limit,
        |request| request.id.to_string(),
        Request::from,
    )))
}

/// Replaces the list of employees by a CSV file with the column `email` and, if wanted, `left_on`: who
/// is licensed and not on it, or has left, is a leaver. All of it or nothing.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/people/import", operation_id = "importPeople", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("dry_run" = Option<String>, Query, description = "`yes`: only check the file."),
        ("confirm" = Option<String>, Query, description = "`true`: take the list although more than 10 % of the licensed people would count as leavers."),
    ),
    request_body(content = String, description = "The file.", content_type = "text/csv"),
    responses((status = 200, description = "How many people are on it.", body = Imported))
)]
pub(crate) async fn import_people(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
    File(file): File,
) -> Result<Json<Imported>, Failure> {
    let (confirm, others): (Vec<_>, Vec<_>) =
        pairs.0.into_iter().partition(|(name, _)| name == "confirm");
    let confirmed = match confirm.first().map(|(_, value)| value.as_str()) {
        None | Some("no" | "false") => false,
        Some("yes" | "true") => true,
        Some(other) => {
            let wrong = format!("`{other}` is not `true` or `false`");
            return Err(Failure::parameter("confirm", wrong));
        }
    };
    let dry_run = dry_run(&Pairs(others))?;
    people_rows::refuse_over_directory(&app.context, chosen.integration.id).await?;
    let people = people_rows::read_csv(&file).map_err(lines)?;
    if !confirmed && !dry_run {
        let case = app.context.accounts.of(&chosen.integration).await?;
        let would = WouldLeave::of(&people, case.roster(), case.application, case.today);
        if let Some(doubt) = would.doubt() {
            let right = format!("{doubt}; give `true` if the list is complete");
            return Err(Failure::parameter("confirm", right));
        }
    }
    if !dry_run {
        app.context
            .store
            .import_people(
                chosen.integration.id,
                &people,
                "API",
                &caller.actor(),
                app.context.clock.now(),
            )
            .await?;
    }
    Ok(Json(Imported::new(people.len(), dry_run)))
}

/// The address of the calendar feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Feed {
    /// To subscribe to. Whoever has it can read the feed and nothing else; it is shown only now.
    url: String,
}

/// Makes a new address for the calendar feed of all renewals; the one before stops working.
#[utoipa::path(
    post, path = "/api/v1/calendar", operation_id = "makeFeed", tag = "renewals",
    responses((status = 201, description = "The address.", body = Feed))
)]
pub(crate) async fn make_feed(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<(StatusCode, Json<Feed>), Failure> {
    let token = random_text(&*app.context.random);
    app.context
        .store
        .set_feed_token_hash(
            Some(&digest(&token)),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    let base = app.context.public_url.as_str().trim_end_matches('/');
    let url = format!("{base}/renewals.ics?token={token}");
    Ok((StatusCode::CREATED, Json(Feed { url })))
}

/// Ends the calendar feed.
#[utoipa::path(
    delete, path = "/api/v1/calendar", operation_id = "endFeed", tag = "renewals",
    responses((status = 204, description = "It has ended."))
)]
pub(crate) async fn end_feed(
    State(app): State<Shared>,
    caller: Caller,
) -> Result<StatusCode, Failure> {
    app.context
        .store
        .set_feed_token_hash(None, &caller.actor(), app.context.clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
