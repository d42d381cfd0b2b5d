//! The change list as files for execution outside of Seatwise.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use connector::Connector;
use model::{FindingState, Permission};
use service::account_snapshot::AccountSnapshot;
use service::change_list::{self, Person};
use service::parameters;
use service::parameters::{FromParameter, not_one_of};
use store::{ChangeFilter, ChangeId, ChangeState};

use crate::access::Access;
use crate::api::parameters::Query;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::web::connect::application::connector_of;
use crate::web::downloads::{name, sent};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .undocumented(Method::GET, "/i/{id}/changes.csv", view, changes_csv)
        .undocumented(Method::GET, "/i/{id}/changes.ps1", view, changes_powershell)
        .undocumented(Method::GET, "/i/{id}/changes.sh", view, changes_api)
}

parameters! {
    /// The changes that an address selects; without parameters, those that are still to be made.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct ChangeSelection {
        /// Changes of this licence only.
        #[param(value_type = Option<Vec<String>>)]
        plan: Vec<String>,
        /// Changes that end with this only: a licence, `basic` or `none`, as `to` of a change says.
        #[param(value_type = Option<Vec<String>>)]
        to: Vec<String>,
        /// Changes in this state only.
        #[param(value_type = Option<Vec<String>>)]
        state: Vec<ChangeState>,
        /// The change with this number. Repeat it for more.
        #[param(value_type = Option<Vec<String>>)]
        change: Vec<ChangeId>,
    }
}

/// The selected changes that are still wanted.
async fn requested_changes(
    app: &App,
    from_path: &IntegrationFromPath,
    selection: ChangeSelection,
) -> Result<Vec<store::Change>, Failure> {
    let mut states = selection.state;
    if states.is_empty() && selection.change.is_empty() {
        states = vec![
            ChangeState::Listed,
            ChangeState::Exported,
            ChangeState::Failed,
        ];
    }
    let filter = ChangeFilter {
        states,
        ids: selection.change,
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
    let named = |wanted: &[String], word: &str| {
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == word)
    };
    changes.retain(|change| named(&selection.plan, &change.licence.to_string()));
    changes.retain(|change| named(&selection.to, &change.to));
    Ok(changes)
}

/// The address of the application's API, for scripts.
fn api_address(connector: &dyn Connector) -> String {
    connector.api_url().trim_end_matches('/').to_owned()
}

/// The format of an exported change list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    /// The application's own bulk import.
    Csv,
    PowerShell,
    /// Calls of the application's API.
    Api,
}

impl ExportFormat {
    const ALL: [Self; 3] = [Self::Csv, Self::PowerShell, Self::Api];

    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::PowerShell => "powershell",
            Self::Api => "api",
        }
    }
}

impl FromParameter for ExportFormat {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        match values.first().copied().unwrap_or_default() {
            "" => Ok(Self::Csv),
            word => {
                let named = Self::ALL.into_iter().find(|format| format.value() == word);
                named.ok_or_else(|| vec![not_one_of(word, &Self::ALL.map(Self::value))])
            }
        }
    }
}

/// The change list in the requested format.
pub(crate) async fn change_file(
    app: &SharedApp,
    from_path: &IntegrationFromPath,
    selection: ChangeSelection,
    format: ExportFormat,
) -> Result<Response, Failure> {
    let changes = requested_changes(app, from_path, selection).await?;
    if changes.is_empty() {
        return Err(Failure::conflict("The change list has no changes to make."));
    }
    let today = app.context.clock.now().day();
    let what = name(from_path, "changes", today);
    let connector = connector_of(app, from_path.application.key)?;
    Ok(match format {
        ExportFormat::Csv => {
            let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
            let choice = changes
                .first()
                .map(|change| change_list::choice(account_snapshot.application, change))
                .unwrap_or_default();
            let people = people(&account_snapshot, changes);
            let name = format!("{what} {choice}.csv");
            let text = change_list::bulk_import(connector, &people)?;
            sent("text/csv; charset=utf-8; header=present", &name, text)
        }
        ExportFormat::PowerShell => sent(
            "text/plain; charset=utf-8",
            &format!("{what}.ps1"),
            change_list::powershell(connector, &api_address(connector), &changes),
        ),
        ExportFormat::Api => sent(
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
    Query(selection): Query<ChangeSelection>,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, selection, ExportFormat::Csv).await
}

async fn changes_powershell(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query(selection): Query<ChangeSelection>,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, selection, ExportFormat::PowerShell).await
}

async fn changes_api(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query(selection): Query<ChangeSelection>,
) -> Result<Response, Failure> {
    change_file(&app, &from_path, selection, ExportFormat::Api).await
}
