//! Findings: the filtered list, counts, and single findings with their evidence; and decisions
//! about them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use insight::findings::{Finding as DomainFinding, FindingQuery};
use insight::{EvidenceValue, Saving as Saved};
use model::{Day, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::List;
use crate::api::amounts::{Decimal, YearlyAmount, yearly};
use crate::api::body::JsonBody;
use crate::api::parameters::Query;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::users::api::{FacetValue, json};
use model::Permission;
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::decisions::{self, Action, Selected};
use service::queries::finding_query;
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

/// A conclusion about a user's licence, or about a licence of the whole account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// Stable as long as the finding is true: `rule~licence~user`.
    id: String,
    /// The rule: `never_used`, `dormant`, `attendee_only`, `over_licensed`, `pending_seat`,
    /// `deactivated_counted`, `addon_unused`, `addon_oversized`, `addon_poolable`,
    /// `double_licence`, `under_licensed` or `leaver`.
    rule: &'static str,
    /// The user's `id`; null for a finding about the account.
    user_id: Option<String>,
    /// The user's e-mail address; null for a finding about the account.
    email: Option<String>,
    /// The licence, such as `licensed` or `webinar_500`.
    licence: String,
    /// The conclusion in one or two sentences.
    headline: String,
    /// The first day on which it was true (UTC).
    #[schema(value_type = String, format = Date)]
    since: Day,
    /// Number of seats that the finding concerns.
    seats: i64,
    /// The evidence for the finding.
    evidence: Vec<Evidence>,
    /// Information that is missing.
    unknown: Vec<Unknown>,
    /// The saving of acting on it; null without a price.
    saving: Option<Saving>,
    /// Whether the user can get back the previous licence without losing data.
    reversible: bool,
    /// `open`, `asked`, `kept`, `accepted`, `done`, `exempt` or `on_hold`.
    state: &'static str,
    /// Why it is held back: `new`, `rhythm`, `season`, `scheduled` or `settling`.
    held_by: Vec<&'static str>,
    /// E-mail address of the assigned member; null without one.
    assignee: Option<String>,
}

/// One piece of evidence for a finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evidence {
    /// `fact`, `near_miss` or `counter`.
    kind: &'static str,
    /// The evidence as a sentence for people.
    text: String,
    /// Key of the stream that contained it.
    stream: &'static str,
    /// First day that it covers (UTC).
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// Last day that it covers (UTC).
    #[schema(value_type = String, format = Date)]
    to: Day,
    /// The number or word that the sentence contains.
    #[schema(value_type = Option<Object>)]
    value: Option<Value>,
}

/// A piece of missing information.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unknown {
    /// The information that is missing.
    what: String,
    /// The reason why it is missing.
    why: String,
}

/// The amount and the dates of a saving.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Saving {
    /// For a year, in the currency's own unit; negative where it costs.
    #[schema(value_type = f64)]
    amount: Decimal,
    /// ISO 4217 code of the currency.
    currency: String,
    /// Always `year`.
    per: &'static str,
    /// The day on which another user can have the seat (UTC).
    #[schema(value_type = String, format = Date)]
    seat_free_on: Day,
    /// The first day whose invoice can be smaller; null when not known.
    #[schema(value_type = Option<String>, format = Date)]
    invoice_lower_on: Option<Day>,
    /// The contract or price list that the price is from.
    price_source: String,
}

impl Saving {
    fn new(saving: &Saved) -> Self {
        Self {
            amount: saving.amount.into(),
            currency: saving.amount.currency.to_string(),
            per: "year",
            seat_free_on: saving.seat_free_on,
            invoice_lower_on: saving.invoice_lower_on,
            price_source: saving.price_source.clone(),
        }
    }
}

impl Finding {
    pub(crate) fn new(account: &AccountSnapshot, finding: &DomainFinding) -> Self {
        let evidence = account.findings.evidence(account.roster(), finding);
        let roster = account.roster();
        let person = |get: fn(&insight::Roster, u32) -> &str| {
            finding.user.map(|row| get(roster, row).to_owned())
        };
        Self {
            id: finding.id.clone(),
            rule: finding.rule.value(),
            user_id: person(insight::Roster::key_of),
            email: person(insight::Roster::email_of),
            licence: finding.licence.to_string(),
            headline: evidence.headline,
            since: finding.since,
            seats: finding.seats,
            evidence: evidence
                .items
                .into_iter()
                .map(|item| Evidence {
                    kind: item.kind.value(),
                    text: item.text,
                    stream: item.stream,
                    from: item.from,
                    to: item.to,
                    value: item.value.map(|value| match value {
                        EvidenceValue::Number(number) => number.into(),
                        EvidenceValue::Text(text) => text.into(),
                    }),
                })
                .collect(),
            unknown: evidence
                .unknown
                .into_iter()
                .map(|unknown| Unknown {
                    what: unknown.what.to_owned(),
                    why: unknown.why,
                })
                .collect(),
            saving: finding.saving.as_ref().map(Saving::new),
            reversible: finding.reversible,
            state: finding.state.value(),
            held_by: finding
                .hold_reasons
                .iter()
                .map(|reason| reason.value())
                .collect(),
            assignee: Some(finding.assignee.clone()).filter(|email| !email.is_empty()),
        }
    }
}

/// Parses the filters of findings. The cursor is left out, because the filters of users would read
/// it as theirs.
pub(crate) async fn query_of_findings(
    app: &App,
    from_path: &IntegrationFromPath,
    pairs: &Pairs,
) -> Result<FindingQuery, Failure> {
    let filters = pairs.0.iter().filter(|(name, _)| name != "cursor");
    let filters = Pairs(filters.cloned().collect());
    finding_query(&app.context, from_path.application, &filters)
        .await?
        .map_err(Failure::from)
}

/// Findings, filtered and in order: open findings with the largest saving first when no parameters
/// are given.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings", operation_id = "listFindings", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "A page of findings with their evidence.", body = List<Finding>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = query_of_findings(&app, &from_path, &pairs).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let cursor = pairs.text("cursor").map(str::to_owned);
    run_blocking(move || {
        let page = account
            .findings
            .page(account.roster(), &query, cursor.as_deref(), query.limit())
            .map_err(|error| Failure::from(vec![error]))?;
        json(&List {
            items: page
                .items
                .iter()
                .map(|finding| Finding::new(&account, finding))
                .collect(),
            next_cursor: page.next,
            total: i64::try_from(page.total).ok(),
        })
    })
    .await
}

/// The number of findings by value, and the totals of all that match.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingFacets {
    /// By parameter: `rule`, `state`, `plan`, `amount`, `assignee`, the application's fields, `group` and
    /// `activity`.
    facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// Number of findings that match all filters.
    total: i64,
    /// Number of different users among them.
    people: i64,
    /// Seats that could be returned; seats that would be bought are not counted.
    seats: i64,
    /// The saving of returning them, one sum for each currency.
    saving: Vec<YearlyAmount>,
    /// Number of seats without a price.
    without_price: i64,
    /// Licensed users without a conclusion.
    unknown_people: i64,
}

/// The number of findings by value of each filter, for the same filters.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/facets", operation_id = "findingFacets", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The counts.", body = FindingFacets))
)]
pub(crate) async fn facets(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = query_of_findings(&app, &from_path, &pairs).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        let facets = account.findings.facets(account.roster(), &query);
        let totals = account.findings.totals(account.roster(), &query);
        json(&FindingFacets {
            facets: facets
                .into_iter()
                .map(|facet| {
                    let values = facet.values.into_iter().map(FacetValue::from).collect();
                    (facet.key, values)
                })
                .collect(),
            total: totals.findings,
            people: totals.people,
            seats: totals.seats,
            saving: yearly(&totals.saving),
            without_price: totals.without_price,
            unknown_people: totals.unknown_people,
        })
    })
    .await
}

/// Totals of the findings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingSummary {
    /// Totals by rule; every rule is listed.
    by_rule: Vec<RuleSummary>,
    /// By department, the most unneeded licences first.
    by_department: Vec<DepartmentSummary>,
    /// Use of each licence.
    licences: Vec<LicenceSummary>,
    /// Licensed users without a conclusion, and the reasons.
    unknown: Vec<UnknownSummary>,
}

/// The totals of one rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleSummary {
    /// The rule of these findings.
    rule: &'static str,
    /// Number of open findings.
    findings: i64,
    /// Number of their seats.
    seats: i64,
    /// For a year, one sum for each currency.
    saving: Vec<YearlyAmount>,
    /// Number of seats without a price.
    without_price: i64,
    /// Findings held back, in none of the other numbers.
    held: i64,
}

/// The findings of one department.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DepartmentSummary {
    /// Its name; empty for users without one, null where it is unknown.
    department: Option<String>,
    /// Number of its users.
    users: i64,
    /// Users with a base licence.
    licensed: i64,
    /// Licensed users with enough data and no finding; null while hosted events are not known for
    /// 90 days.
    needed: Option<i64>,
    /// Licensed users with an open finding about it.
    not_needed: i64,
    /// Open findings about add-ons of its users; `saving` includes both.
    add_ons: i64,
    /// Licensed users without a conclusion.
    unknown: i64,
    /// The saving of its findings, one sum for each currency.
    saving: Vec<YearlyAmount>,
}

/// The use of one licence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LicenceSummary {
    /// The key of the licence.
    licence: String,
    /// The name of the licence.
    label: String,
    /// Number of users with this licence.
    holders: i64,
    /// Whether these are all holders; for add-ons they are not before the settings of all users
    /// were read.
    holders_known: bool,
    /// Holders with a need of it within 90 days; null when not known.
    needed: Option<i64>,
    /// Seats of open findings about it.
    not_needed: i64,
    /// Holders without a conclusion about their need.
    unknown: i64,
    /// Seats bought; null when not known.
    purchased: Option<i64>,
}

/// Licensed users without a conclusion.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownSummary {
    /// The licence that they hold.
    licence: String,
    /// Number of these users.
    people: i64,
    /// The reason for the missing conclusion.
    why: String,
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
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = query_of_findings(&app, &from_path, &pairs).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        let (findings, roster) = (&account.findings, account.roster());
        json(&FindingSummary {
            by_rule: findings
                .by_rule(roster, &query)
                .into_iter()
                .map(|total| RuleSummary {
                    rule: total.rule.value(),
                    findings: total.findings,
                    seats: total.seats,
                    saving: yearly(&total.saving),
                    without_price: total.without_price,
                    held: total.on_hold,
                })
                .collect(),
            by_department: findings
                .by_department(roster, &query)
                .into_iter()
                .map(|total| DepartmentSummary {
                    department: total.department,
                    users: total.users,
                    licensed: total.licensed,
                    needed: total.needed,
                    not_needed: total.not_needed,
                    add_ons: total.add_ons,
                    unknown: total.unknown,
                    saving: yearly(&total.saving),
                })
                .collect(),
            licences: findings
                .licences()
                .into_iter()
                .map(|total| LicenceSummary {
                    label: total.licence.label(account.application),
                    licence: total.licence.to_string(),
                    holders: total.holders,
                    holders_known: total.holders_known,
                    needed: total.needed,
                    not_needed: total.not_needed,
                    unknown: total.unknown,
                    purchased: total.purchased,
                })
                .collect(),
            unknown: findings
                .unknowns()
                .into_iter()
                .map(|total| UnknownSummary {
                    licence: total.licence.to_string(),
                    people: total.people,
                    why: total.why,
                })
                .collect(),
        })
    })
    .await
}

/// A finding with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingDetail {
    /// The finding.
    #[serde(flatten)]
    finding: Finding,
    /// Its events, oldest first.
    history: Vec<FindingEvent>,
}

/// An event in the history of a finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingEvent {
    /// Time of the event (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The actor as in the audit log.
    actor: String,
    /// `decision`, `assignment`, `reopening`, `comment`, `question` or `change`.
    kind: &'static str,
    /// Description of the event for people.
    text: String,
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
        finding: Finding::new(&account, &finding),
        history: history
            .into_iter()
            .map(|event| FindingEvent {
                at: event.at,
                actor: event.actor,
                kind: event.kind.value(),
                text: event.text,
            })
            .collect(),
    })
}

/// An action on findings.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the members that the handler reads one by one"
)]
pub(crate) struct NewDecision {
    /// `ask`, `hand_over`, `exempt`, `accept`, `keep`, `reopen`, `assign` or `comment`.
    action: String,
    /// Whether to return only the effect and change nothing.
    dry_run: Option<bool>,
    /// Ids of findings; or give `filter`.
    ids: Option<Vec<String>>,
    /// All findings that match: an object of the list's filters, each a text or a list of texts.
    #[schema(value_type = Option<Object>)]
    filter: Option<()>,
    /// `ask`, `hand_over`: the text of the question, instead of the organisation's own text.
    message: Option<String>,
    /// `ask`: days until the link expires, 1 to 90; 14 when not given.
    days: Option<u16>,
    /// `ask`: days after which a reminder is sent; none when not given.
    remind_days: Option<u16>,
    /// `ask`: the effect of no answer: `nothing` (the default) or `accept`.
    on_silence: Option<String>,
    /// `hand_over`: the person who answers instead of the holder. `assign`: a member; empty to
    /// remove the assignment.
    to: Option<String>,
    /// `exempt`: the last day of the exemption.
    until: Option<String>,
    /// `exempt`: the reason for the exemption.
    reason: Option<String>,
    /// `exempt`: `licence` (the default; `finding` means the same) for this licence of the user,
    /// whichever rule finds it, or `user` for everything about the user.
    scope: Option<String>,
    /// `accept`, `keep`, `reopen`: the reason, for the history.
    note: Option<String>,
    /// `accept` with `ids`: also against an answer that keeps the licence, and before a question is
    /// answered; exempt findings have to be reopened first.
    r#override: Option<bool>,
    /// `comment`: the text of the comment.
    text: Option<String>,
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
    saving: Vec<YearlyAmount>,
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
            saving: yearly(&effect.saving),
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
    body: JsonBody,
) -> Result<Json<Effect>, Failure> {
    body.only(&[
        "action",
        "dry_run",
        "ids",
        "filter",
        "message",
        "days",
        "remind_days",
        "on_silence",
        "to",
        "until",
        "reason",
        "scope",
        "note",
        "override",
        "text",
    ])?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let dry_run = body.yes("dry_run")?;
    let pairs = body.pairs(&["ids", "filter", "dry_run"])?;
    let action = Action::from_pairs(&pairs, account.today)?;
    let selected = match (body.texts("ids")?, body.object("filter")?) {
        (Some(ids), None) => Selected::Ids(ids),
        (None, Some(filter)) => {
            let query = query_of_findings(&app, &from_path, &filter.pairs(&[])?).await?;
            Selected::Query(query)
        }
        (None, None) => {
            return Err(Failure::parameter(
                "ids",
                "is missing: name findings, or give `filter` with the list's filters",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(Failure::parameter(
                "filter",
                "is one too many: give `ids` or `filter`",
            ));
        }
    };
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
