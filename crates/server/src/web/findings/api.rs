//! Findings: the filtered list, counts, and single findings with their evidence; and decisions
//! about them.

use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::response::Response;
use insight::{FindingFacets, FindingSummary, FindingWithEvidence};
use model::{Day, Sums};
use serde::Serialize;
use store::FindingEvent;
use utoipa::ToSchema;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema};

use crate::access::Access;
use crate::api::List;
use crate::api::body::JsonBody;
use crate::api::filters::SelectedFindings;
use crate::api::members;
use crate::api::parameters::Query;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::users::api::json;
use model::Permission;
use service::FieldError;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::decisions::{self, Action, Selected};
use service::parameters::{Member, MemberKind, both};
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    let may_decide = Access::Needs(Permission::Decide);
    routes
        .operation(may_view, routes!(list))
        .operation(may_view, routes!(facets))
        .operation(may_view, routes!(summary))
        .operation(may_view, routes!(one))
        .operation(may_decide, routes!(decide))
}

/// Findings, filtered and in order: open findings with the largest saving first when no parameters
/// are given.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings", operation_id = "listFindings", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "A page of findings with their evidence.", body = List<FindingWithEvidence>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    SelectedFindings {
        from_path,
        query,
        cursor,
    }: SelectedFindings,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        let page = account
            .findings
            .page(account.roster(), &query, cursor.as_deref(), query.limit())
            .map_err(|error| Failure::from(vec![error]))?;
        json(&List {
            items: page
                .items
                .into_iter()
                .map(|finding| account.findings.with_evidence(account.roster(), finding))
                .collect(),
            next_cursor: page.next,
            total: i64::try_from(page.total).ok(),
        })
    })
    .await
}

/// The number of findings by value of each filter, for the same filters.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/facets", operation_id = "findingFacets", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The counts.", body = FindingFacets))
)]
pub(crate) async fn facets(
    State(app): State<SharedApp>,
    SelectedFindings {
        from_path, query, ..
    }: SelectedFindings,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        json(
            &account
                .findings
                .facets_with_totals(account.roster(), &query),
        )
    })
    .await
}

/// Totals of the findings by rule, by department and by licence, and users without a conclusion.
/// Takes the filters of the list.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/summary", operation_id = "findingSummary", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The sums.", body = FindingSummary))
)]
pub(crate) async fn summary(
    State(app): State<SharedApp>,
    SelectedFindings {
        from_path, query, ..
    }: SelectedFindings,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || json(&account.findings.summary(account.roster(), &query))).await
}

/// A finding with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingDetail {
    /// The finding.
    #[serde(flatten)]
    finding: FindingWithEvidence,
    /// Its events, oldest first.
    history: Vec<FindingEvent>,
}

/// One finding with its history.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/{finding}", operation_id = "getFinding", tag = "findings",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("finding" = String, Path, description = "The finding's `id`."),
    ),
    responses((status = 200, description = "The finding.", body = FindingDetail))
)]
pub(crate) async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, id)): Path<(String, String)>,
    _: Query<()>,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let finding = account
        .finding(&id)
        .ok_or_else(|| Failure::not_found("finding"))?;
    let history = app
        .context
        .store
        .finding_history(from_path.integration.id, &finding.id)
        .await?;
    json(&FindingDetail {
        finding: account.findings.with_evidence(account.roster(), finding),
        history,
    })
}

/// An action on findings as a JSON object: the members of the action, and the selection of findings.
pub(crate) struct NewDecision(JsonBody);

impl<S: Send + Sync> FromRequest<S> for NewDecision {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        JsonBody::from_request(request, state).await.map(Self)
    }
}

/// The members beside those of the action: the selection, and whether only the effect is wanted.
const SELECTION: [&str; 3] = ["ids", "filter", "dry_run"];

impl ToSchema for NewDecision {}

impl utoipa::PartialSchema for NewDecision {
    fn schema() -> RefOr<Schema> {
        let nullable = |kind| SchemaType::from_iter([kind, Type::Null]);
        let [ids, filter, dry_run] = SELECTION;
        let description = "Whether to return only the effect and change nothing.";
        let dry_run = Member::optional(dry_run, MemberKind::YesNo, description);
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let several = ArrayBuilder::new()
            .schema_type(nullable(Type::Array))
            .items(RefOr::T(Schema::Object(text)))
            .description(Some("Ids of findings; or give `filter`."));
        let matching = ObjectBuilder::new()
            .schema_type(nullable(Type::Object))
            .description(Some(
                "All findings that match: an object of the list's filters, each a text or a list of texts.",
            ));
        let members = decisions::ACTION_MEMBERS.into_iter().chain([dry_run]);
        members::object("An action on findings.", members)
            .property(ids, several)
            .property(filter, matching)
            .into()
    }
}

/// The effect of an action, or its expected effect.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Effect {
    /// Whether nothing was changed because only a preview was requested.
    dry_run: bool,
    /// Number of findings that the action applies to.
    findings: i64,
    /// Number of different users among them.
    people: i64,
    /// Seats that become free; negative where seats would be bought.
    seats: i64,
    /// The saving, one sum for each currency; negative where it costs.
    saving: Sums,
    /// Number of seats without a price.
    without_price: i64,
    /// The first day on which a seat is free.
    #[schema(value_type = Option<String>, format = Date)]
    seat_free_on: Option<Day>,
    /// The first known day whose invoice can be smaller.
    #[schema(value_type = Option<String>, format = Date)]
    invoice_lower_on: Option<Day>,
    /// The selected findings to which the action can't be applied: a hundred at most.
    left_out: Vec<LeftOut>,
    /// Number of all of them.
    left_out_count: i64,
}

/// A finding to which an action can't be applied.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    /// Id of the finding.
    finding: String,
    /// The reason why it can't be applied.
    why: String,
}

impl Effect {
    fn new(effect: decisions::Effect, dry_run: bool) -> Self {
        Self {
            dry_run,
            findings: effect.findings,
            people: effect.people,
            seats: effect.seats,
            saving: effect.saving,
            without_price: effect.without_price,
            seat_free_on: effect.seat_free_on,
            invoice_lower_on: effect.invoice_lower_on,
            left_out: effect
                .left_out
                .into_iter()
                .map(|left| LeftOut {
                    finding: left.finding,
                    why: left.why,
                })
                .collect(),
            left_out_count: effect.left_out_count,
        }
    }
}

/// Reads `ids` or `filter`. The inner error contains everything that is wrong with them.
async fn selected(
    app: &App,
    account: &AccountSnapshot,
    body: &JsonBody,
) -> Result<Result<Selected, Vec<FieldError>>, Failure> {
    let (ids, filter) = match both(body.texts("ids"), body.object("filter")) {
        Ok(given) => given,
        Err(errors) => return Ok(Err(errors)),
    };
    let (field, message) = match (ids, filter) {
        (Some(ids), None) => return Ok(Ok(Selected::Ids(ids))),
        (None, Some(filter)) => {
            let (pairs, errors) = filter.scalars(&[]);
            let query = Selected::matching(&app.context, account, &pairs).await?;
            return Ok(match (query, errors.is_empty()) {
                (query, true) => query,
                (Ok(_), false) => Err(errors),
                (Err(others), false) => Err([errors, others].concat()),
            });
        }
        (None, None) => (
            "ids",
            "is missing: name findings, or give `filter` with the list's filters",
        ),
        (Some(_), Some(_)) => ("filter", "is one too many: give `ids` or `filter`"),
    };
    Ok(Err(vec![FieldError::new(field, message)]))
}

/// Applies an action to the named findings, or to all that match. All or nothing.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/findings/decisions", operation_id = "decideFindings", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = NewDecision,
    responses((status = 200, description = "What it came to.", body = Effect))
)]
pub(crate) async fn decide(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    NewDecision(body): NewDecision,
) -> Result<Json<Effect>, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let action = body.read_with(&SELECTION, |reader| Action::read(reader, account.today));
    let selected = selected(&app, &account, &body).await?;
    let (dry_run, rest) = both(body.yes("dry_run"), both(action, selected))?;
    let (action, selected) = rest;
    let effect = if dry_run {
        decisions::preview(&app.context, &account, &selected, &action).await?
    } else {
        let owner = &caller.member.email;
        decisions::decide(
            &app.context,
            &account,
            &selected,
            &action,
            &caller.actor(),
            owner,
        )
        .await?
    };
    Ok(Json(Effect::new(effect, dry_run)))
}
