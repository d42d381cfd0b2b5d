//! The change list as files for execution outside of Seatwise.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use connector::Connector;
use model::{FindingState, Permission};
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::change_list::{self, Person};
use store::{ChangeFilter, ChangeState};

use crate::access::Access;
use crate::api::only;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::web::downloads::{name, sent};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .undocumented(Method::GET, "/i/{id}/changes.csv", view, changes_csv)
        .undocumented(Method::GET, "/i/{id}/changes.ps1", view, changes_powershell)
        .undocumented(Method::GET, "/i/{id}/changes.sh", view, changes_api)
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
