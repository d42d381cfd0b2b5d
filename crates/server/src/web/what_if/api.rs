//! What other rules would have done, and the charts to choose a threshold from; the organisation's
//! rules themselves.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use insight::Settings;
use insight::what_if::{self, WhatIf as Found};
use model::{Day, Rule, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::amounts::{YearlyAmount, yearly};
use crate::api::body::JsonBody;
use crate::api::{List, only};
use crate::app::Shared;
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::users::api::json;
use model::Permission;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use utoipa_axum::routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes
        .operation(may_view, routes!(what_if))
        .operation(may_view, routes!(thresholds))
        .operation(may_view, routes!(histogram))
        .operation(may_view, routes!(rules))
        .operation(
            Access::Needs(Permission::ManageSettings),
            routes!(set_rules),
        )
}

/// The most thresholds of one question.
const MOST_THRESHOLDS: usize = 24;
/// Thresholds when none are named.
const THRESHOLDS: [u16; 10] = [14, 21, 30, 45, 60, 75, 90, 120, 150, 180];

/// What proposed rules would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIf {
    /// Findings that would be open today.
    flagged: i64,
    /// Seats of those.
    seats: i64,
    /// What they would save, one sum for each currency.
    saved: Vec<YearlyAmount>,
    /// Seats without a price.
    without_price: i64,
    /// Different people who would have been flagged on one of the past days.
    replayed: i64,
    /// Those of them who needed the licence within 90 days after that.
    wrongly_flagged: i64,
    /// Some of them, the latest first.
    wrongly: Vec<WronglyFlagged>,
    /// The same rule by rule.
    by_rule: Vec<RuleWhatIf>,
    /// The first past day (UTC); null when too little is known to go back.
    #[schema(value_type = Option<String>, format = Date)]
    replayed_from: Option<Day>,
    /// The last past day (UTC).
    #[schema(value_type = Option<String>, format = Date)]
    replayed_to: Option<Day>,
    /// Licensed people of whom nothing can be concluded today.
    unknown: i64,
}

/// Somebody who would have lost a licence that they needed soon after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WronglyFlagged {
    /// The user's `id`.
    user_id: String,
    /// Their e-mail address.
    email: String,
    /// By which rule.
    rule: &'static str,
    /// The past day (UTC).
    #[schema(value_type = String, format = Date)]
    flagged_on: Day,
    /// The first need after it (UTC).
    #[schema(value_type = String, format = Date)]
    needed_on: Day,
}

/// What one of the proposed rules would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleWhatIf {
    /// The rule.
    rule: &'static str,
    /// Findings that would be open today.
    flagged: i64,
    /// What they would save, one sum for each currency.
    saved: Vec<YearlyAmount>,
    /// Different people who would have been flagged on one of the past days.
    replayed: i64,
    /// Those of them who needed the licence within 90 days after that.
    wrongly_flagged: i64,
}

impl WhatIf {
    pub(crate) fn new(case: &AccountSnapshot, found: &Found) -> Self {
        let roster = case.roster();
        Self {
            flagged: found.flagged,
            seats: found.seats,
            saved: yearly(&found.saved),
            without_price: found.without_price,
            replayed: found.replayed,
            wrongly_flagged: found.wrongly_flagged,
            wrongly: found
                .wrongly
                .iter()
                .map(|wrong| WronglyFlagged {
                    user_id: roster.key_of(wrong.row).to_owned(),
                    email: roster.email_of(wrong.row).to_owned(),
                    rule: wrong.rule.value(),
                    flagged_on: wrong.flagged_on,
                    needed_on: wrong.needed_on,
                })
                .collect(),
            by_rule: found
                .by_rule
                .iter()
                .map(|rule| RuleWhatIf {
                    rule: rule.rule.value(),
                    flagged: rule.flagged,
                    saved: yearly(&rule.saved),
                    replayed: rule.replayed,
                    wrongly_flagged: rule.wrongly_flagged,
                })
                .collect(),
            replayed_from: found.replayed_from,
            replayed_to: found.replayed_to,
            unknown: found.unknown,
        }
    }
}

/// What is wrong with a settings document, named by its field.
fn unreadable(error: &insight::SettingsError) -> Failure {
    Failure::parameter(&error.field, &error.message)
}

/// What the rules of this document would do: whom they would flag, what that saves, and, replayed over
/// the stored history, who would have been flagged wrongly. Everything that the document leaves out is
/// at its default. Nothing is stored.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/whatif", operation_id = "whatIf", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body(content = Object, description = "A settings document: see `getRules`."),
    responses((status = 200, description = "What they would do.", body = WhatIf))
)]
pub(crate) async fn what_if(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    told: JsonBody,
) -> Result<Response, Failure> {
    let proposed = Settings::from_json(&Value::Object(told.0).to_string())
        .map_err(|error| unreadable(&error))?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    run_blocking(move || {
        let found = what_if::what_if(case.roster(), &case.inputs(), &proposed);
        json(&WhatIf::new(&case, &found))
    })
    .await
}

/// What one threshold would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Threshold {
    /// The threshold in days.
    days: u16,
    /// Findings of the rule that would be open today.
    flagged: i64,
    /// What they would save, one sum for each currency.
    saved: Vec<YearlyAmount>,
    /// Different people who would have been flagged on one of the past days.
    replayed: i64,
    /// Those of them who needed the licence within 90 days after that.
    wrongly_flagged: i64,
}

/// What each threshold of a rule would do, all other rules being as they are.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/thresholds", operation_id = "thresholds", tag = "findings",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ("rule" = String, Query, description = "The rule, such as `dormant`."),
        ("days" = Option<Vec<u16>>, Query, description = "Thresholds in days, 1 to 730, 24 at most; 14 to 180 when none are given."),
    ),
    responses((status = 200, description = "One for each threshold.", body = List<Threshold>))
)]
pub(crate) async fn thresholds(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &["rule", "days"])?;
    let words = || Rule::ALL.map(Rule::value).join(", ");
    let rule = match pairs.text("rule") {
        None => {
            return Err(Failure::parameter(
                "rule",
                format!("is missing: give one of {}", words()),
            ));
        }
        Some(word) => Rule::from_value(word).ok_or_else(|| {
            Failure::parameter("rule", format!("`{word}` is not one of {}", words()))
        })?,
    };
    let mut days = pairs
        .0
        .iter()
        .filter(|(name, _)| name == "days")
        .flat_map(|(_, value)| value.split(','))
        .map(|text| match text.trim().parse::<u16>() {
            Ok(days @ 1..=730) => Ok(days),
            _ => Err(Failure::parameter(
                "days",
                format!("`{text}` is not a number of days from 1 to 730"),
            )),
        })
        .collect::<Result<Vec<_>, _>>()?;
    if days.is_empty() {
        days = THRESHOLDS.to_vec();
    }
    days.sort_unstable();
    days.dedup();
    if days.len() > MOST_THRESHOLDS {
        return Err(Failure::parameter(
            "days",
            format!("has {} values: give {MOST_THRESHOLDS} at most", days.len()),
        ));
    }
    let case = app.context.accounts.of(&chosen.integration).await?;
    run_blocking(move || {
        let points = what_if::thresholds(case.roster(), &case.inputs(), rule, &days);
        let points: Vec<Threshold> = points
            .into_iter()
            .map(|point| Threshold {
                days: point.days,
                flagged: point.flagged,
                saved: yearly(&point.saved),
                replayed: point.replayed,
                wrongly_flagged: point.wrongly_flagged,
            })
            .collect();
        json(&List::whole(points))
    })
    .await
}

/// How long ago licensed people last needed their base licence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Histogram {
    /// In order, without gaps.
    buckets: Vec<Bucket>,
    /// People without a need in the whole known history.
    never: u32,
    /// People of whom it can't be told.
    unknown: u32,
}

/// People whose last need was so many days ago.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Bucket {
    /// So many days at least.
    from_days: u16,
    /// So many days at most.
    to_days: u16,
    /// How many people.
    people: u32,
}

/// How long ago licensed people last needed their licence: to choose a threshold from.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/histogram", operation_id = "daysSinceNeed", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The counts.", body = Histogram))
)]
pub(crate) async fn histogram(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    only(&pairs, &[])?;
    let case = app.context.accounts.of(&chosen.integration).await?;
    run_blocking(move || {
        let found = what_if::days_since_need(case.roster(), &case.settings);
        json(&Histogram {
            buckets: found
                .buckets
                .into_iter()
                .map(|bucket| Bucket {
                    from_days: bucket.from_days,
                    to_days: bucket.to_days,
                    people: bucket.people,
                })
                .collect(),
            never: found.never,
            unknown: found.unknown,
        })
    })
    .await
}

/// The organisation's rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rules {
    /// Goes up with every change; 0 when nobody has changed the defaults.
    version: i64,
    /// The settings document, with every number.
    #[schema(value_type = Object)]
    settings: Value,
    /// Why they were set; null for the defaults.
    reason: Option<String>,
    /// Who set them, as in the audit log; null for the defaults.
    by: Option<String>,
    /// When (UTC); null for the defaults.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// The rules in force, for all accounts.
#[utoipa::path(
    get, path = "/api/v1/rules", operation_id = "getRules", tag = "rules",
    responses((status = 200, description = "The rules.", body = Rules))
)]
pub(crate) async fn rules(
    State(app): State<Shared>,
    QueryString(pairs): QueryString,
) -> Result<Json<Rules>, Failure> {
    only(&pairs, &[])?;
    let stored = app.context.store.rule_settings().await?;
    let settings = match &stored {
        None => Settings::default(),
        Some(rules) => {
            Settings::from_json(&rules.json).map_err(|error| Failure::internal(&error))?
        }
    };
    let settings: Value =
        serde_json::from_str(&settings.to_json()).map_err(|error| Failure::internal(&error))?;
    Ok(Json(match stored {
        None => Rules {
            version: 0,
            settings,
            reason: None,
            by: None,
            at: None,
        },
        Some(stored) => Rules {
            version: stored.version,
            settings,
            reason: Some(stored.reason),
            by: Some(stored.by),
            at: Some(stored.at),
        },
    }))
}

/// New rules and why.
#[derive(ToSchema)]
#[expect(dead_code, reason = "says what the handler reads member by member")]
pub(crate) struct NewRules {
    /// The settings document; what it leaves out is at its default.
    #[schema(value_type = Object)]
    settings: (),
    /// Why, for the history and the audit log.
    reason: String,
}

/// Sets the organisation's rules. The versions before are kept.
#[utoipa::path(
    put, path = "/api/v1/rules", operation_id = "setRules", tag = "rules",
    request_body = NewRules,
    responses((status = 200, description = "The rules as they are now.", body = Rules))
)]
pub(crate) async fn set_rules(
    State(app): State<Shared>,
    caller: Caller,
    told: JsonBody,
) -> Result<Json<Rules>, Failure> {
    told.only(&["settings", "reason"])?;
    let Some(document) = told.object("settings")? else {
        return Err(Failure::parameter(
            "settings",
            "is missing: give a settings document",
        ));
    };
    let settings = Settings::from_json(&Value::Object(document.0).to_string())
        .map_err(|error| unreadable(&error))?;
    let reason = told.text("reason")?.unwrap_or_default();
    app.context
        .store
        .set_rule_settings(
            &settings.to_json(),
            &reason,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    rules(State(app), QueryString::default()).await
}
