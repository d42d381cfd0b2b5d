//! The effect of other rules in the past, and the charts for choosing a threshold; the
//! organisation's rules themselves.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use insight::Settings;
use insight::what_if::{self, Histogram, ThresholdPoint, WhatIf};
use model::{Rule, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::Access;
use crate::api::List;
use crate::api::body::JsonBody;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use crate::web::users::api::json;
use model::Permission;
use service::FieldError;
use service::blocking::run_blocking;
use service::parameters;
use service::parameters::{FromParameter, ParameterValue, both};
use service::rules::{field_errors, new_rules, with_known_subjects};
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

/// The maximum number of thresholds of one request.
const MOST_THRESHOLDS: usize = 24;
/// The thresholds when the request names none, in days.
const THRESHOLDS: [u16; 10] = [14, 21, 30, 45, 60, 75, 90, 120, 150, 180];

/// The effect of the rules of this document: the users they would flag, the saving, and, replayed
/// over the stored history, the users that would have been flagged wrongly. Missing values have
/// their default. Nothing is stored.
#[utoipa::path(
    post, path = "/api/v1/integrations/{id}/whatif", operation_id = "whatIf", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    request_body(content = Object, description = "A settings document: see `getRules`."),
    responses((status = 200, description = "What they would do.", body = WhatIf))
)]
pub(crate) async fn what_if(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    body: JsonBody,
) -> Result<Response, Failure> {
    let proposed = Settings::from_json(&Value::Object(body.0).to_string()).map_err(field_errors)?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        json(&what_if::what_if(
            account.roster(),
            &account.inputs(),
            &proposed,
        ))
    })
    .await
}

parameters! {
    /// The thresholds to evaluate.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ThresholdsQuery {
        /// The rule, such as `dormant`.
        #[param(value_type = String)]
        rule: Rule,
        /// Thresholds in days, 1 to 730, 24 at most; 14 to 180 when none are given.
        #[param(value_type = Option<Vec<u16>>)]
        days: ThresholdDays,
    }
}

/// Thresholds in ascending order, without duplicates.
#[derive(Debug)]
pub(crate) struct ThresholdDays(Vec<u16>);

/// One threshold in days.
struct ThresholdDay(u16);

impl ParameterValue for ThresholdDay {
    fn parse(text: &str) -> Result<Self, String> {
        match text.trim().parse() {
            Ok(days @ 1..=730) => Ok(Self(days)),
            _ => Err(format!("`{text}` is not a number of days from 1 to 730")),
        }
    }
}

impl FromParameter for ThresholdDays {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let values: Vec<&str> = values.iter().flat_map(|value| value.split(',')).collect();
        let days = Vec::<ThresholdDay>::from_values(&values)?;
        let mut days: Vec<u16> = days.into_iter().map(|day| day.0).collect();
        if days.is_empty() {
            days = THRESHOLDS.to_vec();
        }
        days.sort_unstable();
        days.dedup();
        if days.len() > MOST_THRESHOLDS {
            let many = days.len();
            return Err(vec![format!(
                "has {many} values: give {MOST_THRESHOLDS} at most"
            )]);
        }
        Ok(Self(days))
    }
}

/// The effect of each threshold of a rule, with all other rules as they are.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/thresholds", operation_id = "thresholds", tag = "findings",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        ThresholdsQuery,
    ),
    responses((status = 200, description = "One for each threshold.", body = List<ThresholdPoint>))
)]
pub(crate) async fn thresholds(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query(query): Query<ThresholdsQuery>,
) -> Result<Response, Failure> {
    let (rule, days) = (query.rule, query.days.0);
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        let points = what_if::thresholds(account.roster(), &account.inputs(), rule, &days);
        json(&List::whole(points))
    })
    .await
}

/// The time since licensed users last needed their licence, for choosing a threshold.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/histogram", operation_id = "daysSinceNeed", tag = "findings",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The counts.", body = Histogram))
)]
pub(crate) async fn histogram(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    run_blocking(move || {
        json(&what_if::days_since_need(
            account.roster(),
            &account.settings,
        ))
    })
    .await
}

/// The rules of the organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rules {
    /// Increases with every change; 0 for the unchanged defaults.
    version: i64,
    /// The settings document, with every number.
    #[schema(value_type = Object)]
    settings: Value,
    /// The reason for the change; null for the defaults.
    reason: Option<String>,
    /// The member that set them, as in the audit log; null for the defaults.
    by: Option<String>,
    /// Time of the change (UTC); null for the defaults.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// The rules in force for all accounts.
#[utoipa::path(
    get, path = "/api/v1/rules", operation_id = "getRules", tag = "rules",
    responses((status = 200, description = "The rules.", body = Rules))
)]
pub(crate) async fn rules(
    State(app): State<SharedApp>,
    _: Query<()>,
) -> Result<Json<Rules>, Failure> {
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

/// New rules with a reason.
#[derive(ToSchema)]
pub(crate) struct NewRules {
    /// The settings document; missing values have their default.
    #[schema(value_type = Object)]
    settings: Settings,
    /// The reason for the change, for the history and the audit log.
    reason: String,
}

impl<S: Send + Sync> FromRequest<S> for NewRules {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = JsonBody::from_request(request, state).await?;
        let reason = body.read_with(&["settings"], |reader| reader.get::<String>("reason"));
        let document = body.object("settings").and_then(|document| {
            let missing = "is missing: give a settings document";
            document.ok_or_else(|| vec![FieldError::new("settings", missing)])
        });
        // Without a document the defaults are checked, so that a missing reason is named as well.
        let given = reason.clone().unwrap_or_default();
        let checked = document.clone().unwrap_or_default();
        let settings = new_rules(&Value::Object(checked.0), &given);
        let (_, settings) = both(both(reason, document), settings)?;
        Ok(Self {
            settings,
            reason: given,
        })
    }
}

/// Sets the organisation's rules. Previous versions are kept.
#[utoipa::path(
    put, path = "/api/v1/rules", operation_id = "setRules", tag = "rules",
    request_body = NewRules,
    responses((status = 200, description = "The rules as they are now.", body = Rules))
)]
pub(crate) async fn set_rules(
    State(app): State<SharedApp>,
    caller: Caller,
    NewRules { settings, reason }: NewRules,
) -> Result<Json<Rules>, Failure> {
    let settings = with_known_subjects(&app.context, settings).await?;
    app.context
        .store
        .set_rule_settings(
            &settings.to_json(),
            &reason,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    rules(State(app), Query(())).await
}
