//! What every page of somebody who is signed in shows around its own content.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use insight::findings::FindingQuery;
use model::{FindingState, Integration, IntegrationId, IntegrationState};

use crate::app::{App, Shared};
use crate::failure::Failure;
use crate::flash::Done;
use crate::session::Caller;
use ui::parts::{NavIntegration, Params, Shell, ShellMember};

/// The caller, the integrations and the frame of the page that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) caller: Caller,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) shell: Shell,
    pub(crate) done: Option<Done>,
}

impl Frame {
    /// One of the integrations.
    pub(crate) fn integration(&self, id: IntegrationId) -> Result<&Integration, Failure> {
        self.integrations
            .iter()
            .find(|integration| integration.id == id)
            .ok_or_else(|| Failure::not_found("integration"))
    }

    /// Counts the open findings again, on a page that has just worked them out.
    pub(crate) fn count_findings(&mut self, app: &App) {
        self.shell.open_findings = open_findings(app, &self.integrations);
    }

    /// The query of this page, for links that change a part of it.
    pub(crate) fn params(&self, pairs: &[(String, String)]) -> Params {
        Params::new(self.shell.path.clone(), pairs.to_vec())
    }
}

/// Findings that wait for a decision, over all accounts whose findings are at hand.
fn open_findings(app: &App, integrations: &[Integration]) -> Option<i64> {
    let counts: Vec<i64> = integrations
        .iter()
        .filter_map(|integration| app.context.accounts.held(integration.id))
        .map(|case| {
            let mut query = FindingQuery::everything(case.application);
            query.states = vec![FindingState::Open];
            case.findings.totals(case.roster(), &query).findings
        })
        .collect();
    (!counts.is_empty()).then(|| counts.iter().sum())
}

impl FromRequestParts<Shared> for Frame {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let flash = Done::of(&parts.headers);
        frame(app, caller, parts.uri.path(), flash).await
    }
}

pub(crate) async fn frame(
    app: &App,
    caller: Caller,
    path: &str,
    flash: Option<Done>,
) -> Result<Frame, Failure> {
    let integrations = app.context.store.integrations().await?;
    let shell = Shell {
        member: ShellMember {
            name: caller.member.name.clone(),
            email: caller.member.email.clone(),
            role: caller.member.role,
        },
        integrations: integrations
            .iter()
            .map(|integration| NavIntegration {
                id: integration.id,
                application: service::account_snapshot::application_name(
                    &app.context.engine,
                    &integration.application,
                ),
                name: integration.name.clone(),
                attention: integration.state == IntegrationState::ReconnectNeeded,
            })
            .collect(),
        open_findings: open_findings(app, &integrations),
        path: path.to_owned(),
        flash: flash.map(Done::flash),
        now: app.context.clock.now(),
    };
    Ok(Frame {
        caller,
        integrations,
        shell,
        done: flash,
    })
}
