//! Findings: filtered, counted and one by one, each with its evidence; and what people do with them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use insight::findings::{Finding as Found, FindingQuery};
use insight::{EvidenceValue, Saving as Saved};
use model::{Day, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::amounts::{Decimal, YearlyAmount, yearly};
use crate::api::body::JsonBody;
use crate::api::{List, only};
use crate::app::{App, Shared};
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
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
    /// Stable as long as it is true: `rule~licence~user`.
    id: String,
    /// What it says: `never_used`, `dormant`, `attendee_only`, `over_licensed`, `pending_seat`,
    /// `deactivated_counted`, `addon_unused`, `addon_oversized`, `addon_poolable`, `double_licence`,
    /// `under_licensed` or `leaver`.
    rule: &'static str,
    /// The user's `id`; null for a finding about the account.
    user_id: Option<String>,
    /// The user's e-mail address; null for a finding about the account.
    email: Option<String>,
    /// The licence, such as `licensed` or `webinar_500`.
    licence: String,
    /// What was found, as a sentence or two.
    headline: String,
    /// Since when it has been true (UTC).
    #[schema(value_type = String, format = Date)]
    since: Day,
    /// Seats that it is about.
    seats: i64,
    /// What it rests on.
    evidence: Vec<Evidence>,
    /// What is not known.
    unknown: Vec<Unknown>,
    /// What acting on it saves; null without a price.
    saving: Option<Saving>,
    /// Whether the person can be given back what they had, with nothing lost.
    reversible: bool,
    /// `open`, `asked`, `kept`, `accepted`, `done`, `exempt` or `on_hold`.
    state: &'static str,
    /// Why it is held back: `new`, `rhythm`, `season`, `scheduled` or `settling`.
    held_by: Vec<&'static str>,
    /// E-mail address of the member who is to work on it; null for nobody.
    assignee: Option<String>,
}

/// One piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evidence {
    /// `fact`, `near_miss` or `counter`.
    kind: &'static str,
    /// A sentence.
    text: String,
    /// Key of the stream that told it.
    stream: &'static str,
    /// First day that it covers (UTC).
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// Last day that it covers (UTC).
    #[schema(value_type = String, format = Date)]
    to: Day,
    /// The number or word that it is about.
    #[schema(value_type = Option<Object>)]
    value: Option<Value>,
}

/// Something that is not known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unknown {
    /// What.
    what: String,
    /// Why.
    why: String,
}

/// What acting on a finding saves, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Saving {
    /// For a year, in the currency's own unit; negative where it costs.
    #[schema(value_type = f64)]
    amount: Decimal,
    /// ISO 4217 code.
    currency: String,
    /// Always `year`.
    per: &'static str,
    /// The day on which somebody else could have the seat.
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
    pub(crate) fn new(case: &AccountSnapshot, finding: &Found) -> Self {
        let evidence = case.findings.evidence(case.roster(), finding);
        let roster = case.roster();
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
                .map(|held| held.value())
                .collect(),
            assignee: Some(finding.assignee.clone()).filter(|email| !email.is_empty()),
        }
    }
}

/// The query of the address without the cursor, which is one of findings and not of users.
pub(crate) async fn asked(
    app: &App,
    chosen: &IntegrationFromPath,
    pairs: &Pairs,
) -> Result<FindingQuery, Failure> {
    let filters = pairs.0.iter().filter(|(name, _)| name != "cursor");
    let filters = Pairs(filters.cloned().collect());
    finding_query(&app.context, chosen.application, &filters)
        .await?
        .map_err(Failure::from)
}

/// Findings, filtered and in order: what is there to be worked on, the largest saving first, when
/// nothing else is asked for.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings", operation_id = "listFindings", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "A page of findings with their evidence.", body = List<Finding>))
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = asked(&app, &chosen, &pairs).await?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    let cursor = pairs.text("cursor").map(str::to_owned);
    run_blocking(move || {
        let page = case
            .findings
            .page(case.roster(), &query, cursor.as_deref(), query.limit())
            .map_err(|error| Failure::from(vec![error]))?;
        json(&List {
            items: page
                .items
                .iter()
                .map(|finding| Finding::new(&case, finding))
                .collect(),
            next_cursor: page.next,
            total: i64::try_from(page.total).ok(),
        })
    })
    .await
}

/// How many findings have which value, and what all that match come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingFacets {
    /// By parameter: `rule`, `state`, `plan`, `amount`, `assignee`, the application's fields, `group` and
    /// `activity`.
    facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// How many findings match all filters.
    total: i64,
    /// Different people among them.
    people: i64,
    /// Seats that could be given back; those that would be bought are not counted.
    seats: i64,
    /// What that would save, one sum for each currency.
    saving: Vec<YearlyAmount>,
    /// Seats without a price.
    without_price: i64,
    /// Licensed people of whom nothing can be concluded.
    unknown_people: i64,
}

/// How many findings have which value of each filter, for the same filters.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/facets", operation_id = "findingFacets", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The counts.", body = FindingFacets))
)]
pub(crate) async fn facets(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = asked(&app, &chosen, &pairs).await?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    run_blocking(move || {
        let facets = case.findings.facets(case.roster(), &query);
        let totals = case.findings.totals(case.roster(), &query);
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

/// What was found, in sums.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingSummary {
    /// By rule; every rule is there.
    by_rule: Vec<RuleSummary>,
    /// By department, the most licences that are not needed first.
    by_department: Vec<DepartmentSummary>,
    /// By licence.
    licences: Vec<LicenceSummary>,
    /// People of whom nothing can be concluded, and why.
    unknown: Vec<UnknownSummary>,
}

/// What the findings of one rule come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleSummary {
    /// The rule.
    rule: &'static str,
    /// Findings.
    findings: i64,
    /// Seats.
    seats: i64,
    /// For a year, one sum for each currency.
    saving: Vec<YearlyAmount>,
    /// Seats without a price.
    without_price: i64,
    /// Findings held back, in none of the other numbers.
    held: i64,
}

/// What was found in one department.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DepartmentSummary {
    /// Its name; empty for people without one, null where it is unknown.
    department: Option<String>,
    /// Users.
    users: i64,
    /// Users with a base licence.
    licensed: i64,
    /// Licensed users of whom enough is known and nothing is found; null while what was hosted is not
    /// known for 90 days.
    needed: Option<i64>,
    /// Licensed users with an open finding about it.
    not_needed: i64,
    /// Open findings about add-ons of its people; `saving` has both.
    add_ons: i64,
    /// Licensed users of whom nothing can be concluded.
    unknown: i64,
    /// What its findings would save, one sum for each currency.
    saving: Vec<YearlyAmount>,
}

/// How a licence is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LicenceSummary {
    /// The licence.
    licence: String,
    /// Its name.
    label: String,
    /// Users who hold it.
    holders: i64,
    /// Whether these are all; of add-ons they are not before everybody's settings were read.
    holders_known: bool,
    /// Holders who needed it within 90 days; null when not known.
    needed: Option<i64>,
    /// Seats of open findings about it.
    not_needed: i64,
    /// Holders of whom nothing can be concluded.
    unknown: i64,
    /// Seats bought; null when not known.
    purchased: Option<i64>,
}

/// People of whom nothing can be concluded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownSummary {
    /// The licence that they hold.
    licence: String,
    /// How many.
    people: i64,
    /// Why.
    why: String,
}

/// What was found: by rule, by department, by licence, and of whom nothing can be concluded. Takes the
/// filters of the list.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/summary", operation_id = "findingSummary", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The sums.", body = FindingSummary))
)]
pub(crate) async fn summary(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = asked(&app, &chosen, &pairs).await?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    run_blocking(move || {
        let (findings, roster) = (&case.findings, case.roster());
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
                    label: total.licence.label(case.application),
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

/// A finding with what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingDetail {
    /// The finding.
    #[serde(flatten)]
    finding: Finding,
    /// What happened to it, oldest first.
    history: Vec<FindingEvent>,
}

/// Something that happened to a finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingEvent {
    /// When (UTC).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who, as in the audit log.
    actor: String,
    /// `decision`, `assignment`, `reopening`, `comment`, `question` or `change`.
    kind: &'static str,
    /// What, in words.
    text: String,
}

/// One finding, with everything that happened to it.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/findings/{finding}", operation_id = "getFinding", tag = "findings",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("finding" = String, Path, description = "The finding's `id`."),
    ),
    responses((status = 200, description = "The finding.", body = FindingDetail))
)]
pub(crate) async fn one(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    Path((_, id)): Path<(String, String)>,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &[])?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    let finding = case
        .finding(&id)
        .ok_or_else(|| Failure::not_found("finding"))?;
    let history = app
        .context
        .store
        .finding_history(chosen.integration.id, &finding.id)
        .await?;
    json(&FindingDetail {
        finding: Finding::new(&case, &finding),
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

/// What is to be done to which findings.
#[derive(ToSchema)]
#[expect(dead_code, reason = "says what the handler reads member by member")]
pub(crate) struct NewDecision {
    /// `ask`, `hand_over`, `exempt`, `accept`, `keep`, `reopen`, `assign` or `comment`.
    action: String,
    /// Only say what it would come to.
    dry_run: Option<bool>,
    /// Ids of findings; or give `filter`.
    ids: Option<Vec<String>>,
    /// All findings that match: an object of the list's filters, each a text or a list of texts.
    #[schema(value_type = Option<Object>)]
    filter: Option<()>,
    /// `ask`, `hand_over`: the question, instead of the organisation's own words.
    message: Option<String>,
    /// `ask`: days until the link runs out, 1 to 90; 14 when not given.
    days: Option<u16>,
    /// `ask`: days after which a reminder is sent; none when not given.
    remind_days: Option<u16>,
    /// `ask`: what silence means: `nothing` (the default) or `accept`.
    on_silence: Option<String>,
    /// `hand_over`: who answers in the holder's place. `assign`: a member; empty for nobody.
    to: Option<String>,
    /// `exempt`: the last day.
    until: Option<String>,
    /// `exempt`: why.
    reason: Option<String>,
    /// `exempt`: `licence` (the default; `finding` means the same) for this licence of the person,
    /// whichever rule finds it, or `user` for everything about the person.
    scope: Option<String>,
    /// `accept`, `keep`, `reopen`: why, for the history.
    note: Option<String>,
    /// `accept` with `ids`: also against an answer that keeps the licence, and before a question is
    /// answered; exempt findings have to be reopened first.
    r#override: Option<bool>,
    /// `comment`: the text.
    text: Option<String>,
}

/// What an action came to, or would come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Effect {
    /// Whether nothing was changed because only a preview was asked for.
    dry_run: bool,
    /// Findings that it reaches.
    findings: i64,
    /// Different people among them.
    people: i64,
    /// Seats that become free; negative where some would be bought.
    seats: i64,
    /// What that saves, one sum for each currency; negative where it costs.
    saving: Vec<YearlyAmount>,
    /// Seats without a price.
    without_price: i64,
    /// The first day on which a seat is free.
    #[schema(value_type = Option<String>, format = Date)]
    seat_free_on: Option<Day>,
    /// The first known day whose invoice can be smaller.
    #[schema(value_type = Option<String>, format = Date)]
    invoice_lower_on: Option<Day>,
    /// Those of the chosen to which it can't be done: a hundred at most.
    left_out: Vec<LeftOut>,
    /// How many in all.
    left_out_count: i64,
}

/// A finding to which an action can't be done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    /// Its id.
    finding: String,
    /// Why.
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

/// Does something to findings: to those named, or to all that match. All or nothing.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/findings/decisions", operation_id = "decideFindings", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body = NewDecision,
    responses((status = 200, description = "What it came to.", body = Effect))
)]
pub(crate) async fn decide(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    told: JsonBody,
) -> Result<Json<Effect>, Failure> {
    told.only(&[
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
    let case = app.context.accounts.of(&chosen.integration).await?;
    let dry_run = told.yes("dry_run")?;
    let pairs = told.pairs(&["ids", "filter", "dry_run"])?;
    let action = Action::from_pairs(&pairs, case.today)?;
    let selected = match (told.texts("ids")?, told.object("filter")?) {
        (Some(ids), None) => Selected::Ids(ids),
        (None, Some(filter)) => {
            let query = asked(&app, &chosen, &filter.pairs(&[])?).await?;
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
        decisions::preview(&app.context, &case, &selected, &action).await?
    } else {
        let owner = &caller.member.email;
        decisions::decide(
            &app.context,
            &case,
            &selected,
            &action,
            &caller.actor(),
            owner,
        )
        .await?
    };
    Ok(Json(Effect::new(effect, dry_run)))
}
