//! The change list with its results, the savings ledger, and the questions to people.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{Redirect, Response};
use serde::Serialize;
use store::{
    Change, ChangeFilter, ChangeId, ChangeState, JournalEntry, LedgerEntry, Question,
    QuestionFilter, QuestionId, QuestionState,
};
use sync::OutcomeKind;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::List;
use crate::api::body::FileBody;
use crate::api::parameters::{Body, FromParameter, NumberPaging, Query, parameters};
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
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
        .undocumented(
            Method::GET,
            "/api/v1/integrations/{id}/requests",
            may_view,
            requests_moved,
        )
        .operation(may_decide, routes!(import_people))
        .operation(may_decide, routes!(make_feed, end_feed))
}

parameters! {
    /// The filter of the change list.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ChangesQuery {
        /// `listed`, `exported`, `running`, `done`, `failed`, `skipped` or `undone`. Repeat it for “or”.
        #[param(value_type = Option<Vec<String>>)]
        state: Vec<ChangeState>,
        /// For this finding only.
        #[param(value_type = Option<String>)]
        finding: Option<String>,
        /// Of this user only.
        #[param(value_type = Option<String>)]
        user: Option<String>,
    }
}

parameters! {
    /// The filter of questions.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct QuestionsQuery {
        /// How far they have come. Repeat it for “or”.
        #[param(value_type = Option<Vec<String>>)]
        state: Vec<QuestionState>,
    }
}

/// One page from rows of which one more than the limit was read.
fn page<T>(mut rows: Vec<T>, limit: u32, id: impl Fn(&T) -> String) -> List<T> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    List {
        next_cursor: rows.last().filter(|_| more).map(id),
        items: rows,
        total: None,
    }
}

/// The change list, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes", operation_id = "listChanges", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ChangesQuery, NumberPaging,
    ),
    responses((status = 200, description = "Changes.", body = List<Change>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(ChangesQuery, NumberPaging)>,
) -> Result<Json<List<Change>>, Failure> {
    let limit = paging.limit.0;
    let filter = ChangeFilter {
        states: query.state,
        user_key: query.user,
        finding: query.finding,
        before: paging.cursor.map(|cursor| ChangeId(cursor.0)),
        limit: limit + 1,
        ..ChangeFilter::default()
    };
    let changes = app
        .context
        .store
        .changes(from_path.integration.id, &filter)
        .await?;
    Ok(Json(page(changes, limit, |change| change.id.to_string())))
}

/// The history of a change, oldest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/changes/{change}/journal", operation_id = "changeJournal", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("change" = String, Path, description = "Number of the change."),
    ),
    responses((status = 200, description = "The journal.", body = List<JournalEntry>))
)]
pub(crate) async fn journal(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, change)): Path<(String, String)>,
    _: Query<()>,
) -> Result<Json<List<JournalEntry>>, Failure> {
    let id = change.parse().map(ChangeId);
    let id = id.map_err(|_| Failure::not_found("change"))?;
    let entries = app
        .context
        .store
        .change_journal(from_path.integration.id, id)
        .await?;
    if entries.is_empty() {
        return Err(Failure::not_found("change"));
    }
    Ok(Json(List::whole(entries)))
}

/// The change list for execution outside of Seatwise: the changes that are still to be made, unless
/// `state` or `change` select others.
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
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
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
    change_file(&app, &from_path, &Pairs(rest.collect()), form).await
}

parameters! {
    /// Changes that were handed over for execution outside of Seatwise.
    #[derive(ToSchema)]
    pub(crate) struct ExportedChanges {
        /// Numbers of the changes to mark.
        #[schema(value_type = Vec<String>)]
        ids: ChangeIds,
        /// The format of the export: `csv` (the default), `powershell` or `api`.
        #[schema(value_type = Option<String>)]
        format: ExportFormat,
    }
}

parameters! {
    /// Changes to check, execute or revert.
    #[derive(ToSchema)]
    pub(crate) struct ChangesToRun {
        /// Numbers of the changes to use.
        #[schema(value_type = Vec<String>)]
        ids: ChangeIds,
        /// `execute` and `undo`: stop after this many failures, 1 to 100; 3 when not given.
        #[schema(value_type = Option<u32>)]
        stop_after: StopAfter,
    }
}

/// The numbers of one or more changes.
pub(crate) struct ChangeIds(Vec<ChangeId>);

impl FromParameter for ChangeIds {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let ids = Vec::from_values(values)?;
        if ids.is_empty() {
            return Err(vec!["is missing: give the numbers of changes".to_owned()]);
        }
        Ok(Self(ids))
    }
}

/// The format of an exported change list.
pub(crate) struct ExportFormat(String);

impl FromParameter for ExportFormat {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or("csv") {
            format @ ("csv" | "powershell" | "api") => Ok(Self(format.to_owned())),
            other => Err(vec![format!(
                "`{other}` is not one of csv, powershell, api"
            )]),
        }
    }
}

/// The number of failures after which an execution stops.
pub(crate) struct StopAfter(u32);

impl FromParameter for StopAfter {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let Some(text) = values.first() else {
            return Ok(Self(change_run::STOP_AFTER));
        };
        let number = text
            .parse()
            .ok()
            .filter(|number| (1..=100).contains(number));
        let number = number.ok_or_else(|| vec![format!("`{text}` is not a number from 1 to 100")]);
        number.map(Self)
    }
}

/// Marks changes as handed over for execution outside of Seatwise.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/exported", operation_id = "markExported", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ExportedChanges,
    responses((status = 204, description = "It is noted."))
)]
pub(crate) async fn exported(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(ExportedChanges {
        ids: ChangeIds(ids),
        format: ExportFormat(format),
    }): Body<ExportedChanges>,
) -> Result<StatusCode, Failure> {
    let named = ChangeFilter {
        ids: ids.clone(),
        ..ChangeFilter::default()
    };
    let known = app
        .context
        .store
        .changes(from_path.integration.id, &named)
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
            from_path.integration.id,
            &ids,
            &format,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The results of executing changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeReport {
    /// One result for each change that was processed.
    outcomes: Vec<ChangeOutcome>,
    /// The reason why the other changes were not processed; null when all were.
    stopped: Option<String>,
    /// Whether the execution is still running: then the change list shows the results.
    running: bool,
}

/// The result of one change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeOutcome {
    /// Number of the change, as text.
    id: String,
    /// `would_change`, `done`, `undone`, `skipped`, `failed` or `not_due`.
    outcome: &'static str,
    /// The same as a sentence.
    text: String,
}

/// Reads the changes from the body, executes them and reports the results.
async fn carry_out(
    app: &SharedApp,
    caller: &Caller,
    from_path: &IntegrationFromPath,
    changes: &ChangesToRun,
    what: Run,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    let actor = caller.actor();
    let report = change_run::run(
        &app.context,
        &from_path.integration,
        &changes.ids.0,
        what,
        changes.stop_after.0,
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

/// Reports the effect that executing these changes would have now, reading the application and
/// changing nothing.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/dry-run", operation_id = "dryRunChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangesToRun,
    responses(
        (status = 200, description = "The expected results.", body = ChangeReport),
        (status = 202, description = "It takes longer; ask about fewer changes.", body = ChangeReport),
    )
)]
pub(crate) async fn dry_run_changes(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(changes): Body<ChangesToRun>,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &from_path, &changes, Run::Check).await
}

/// Executes these changes at the application: each only if nothing contradicts it at that moment,
/// and only for the licence that it names. Needs the app with write scopes that an administrator
/// connected.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/execute", operation_id = "executeChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangesToRun,
    responses(
        (status = 200, description = "The results.", body = ChangeReport),
        (status = 202, description = "They are being executed; the change list has the results.", body = ChangeReport),
    )
)]
pub(crate) async fn execute(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(changes): Body<ChangesToRun>,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &from_path, &changes, Run::Execute).await
}

/// Reverts executed changes, if the application still has the state after the change.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/changes/undo", operation_id = "undoChanges", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = ChangesToRun,
    responses(
        (status = 200, description = "The results.", body = ChangeReport),
        (status = 202, description = "They are being reverted; the change list has the results.", body = ChangeReport),
    )
)]
pub(crate) async fn undo(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Body(changes): Body<ChangesToRun>,
) -> Result<(StatusCode, Json<ChangeReport>), Failure> {
    carry_out(&app, &caller, &from_path, &changes, Run::Undo).await
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

/// Questions were at `requests` before; scripts still use that address.
async fn requests_moved(from_path: IntegrationFromPath, uri: Uri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!(
        "/api/v1/integrations/{}/questions{}",
        from_path.integration.id,
        query.unwrap_or_default()
    ))
}

/// Questions to people, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/questions", operation_id = "listQuestions", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        QuestionsQuery, NumberPaging,
    ),
    responses((status = 200, description = "Questions.", body = List<Question>))
)]
pub(crate) async fn requests(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(QuestionsQuery, NumberPaging)>,
) -> Result<Json<List<Question>>, Failure> {
    let limit = paging.limit.0;
    let filter = QuestionFilter {
        states: query.state,
        before: paging.cursor.map(|cursor| QuestionId(cursor.0)),
        limit: limit + 1,
        ..QuestionFilter::default()
    };
    let id = Some(from_path.integration.id);
    let questions = app.context.store.questions(id, &filter).await?;
    Ok(Json(page(questions, limit, |question| {
        question.id.to_string()
    })))
}

/// Replaces the list of employees by a CSV file with the column `email` and optionally `left_on`: a
/// licensed user who is not on the list or has left is a leaver. All lines are stored or none.
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
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
    FileBody(file): FileBody,
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
    people_rows::refuse_over_directory(&app.context, from_path.integration.id).await?;
    let people = people_rows::read_csv(&file).map_err(lines)?;
    if !confirmed && !dry_run {
        let account = app.context.accounts.of(&from_path.integration).await?;
        let would = WouldLeave::of(
            &people,
            account.roster(),
            account.application,
            account.today,
        );
        if let Some(doubt) = would.doubt() {
            let right = format!("{doubt}; give `true` if the list is complete");
            return Err(Failure::parameter("confirm", right));
        }
    }
    if !dry_run {
        app.context
            .store
            .import_people(
                from_path.integration.id,
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
    /// The address to subscribe to. Anyone who has it can read the feed and nothing else; it is
    /// shown only now.
    url: String,
}

/// Creates a new address for the calendar feed of all renewals; the previous one stops working.
#[utoipa::path(
    post, path = "/api/v1/calendar", operation_id = "makeFeed", tag = "renewals",
    responses((status = 201, description = "The address.", body = Feed))
)]
pub(crate) async fn make_feed(
    State(app): State<SharedApp>,
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

/// Removes the calendar feed.
#[utoipa::path(
    delete, path = "/api/v1/calendar", operation_id = "endFeed", tag = "renewals",
    responses((status = 204, description = "It has ended."))
)]
pub(crate) async fn end_feed(
    State(app): State<SharedApp>,
    caller: Caller,
) -> Result<StatusCode, Failure> {
    app.context
        .store
        .set_feed_token_hash(None, &caller.actor(), app.context.clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
