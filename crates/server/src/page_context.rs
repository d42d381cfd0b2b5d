//! The parts that all pages of signed-in members share.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use insight::findings::FindingQuery;
use model::{FindingState, Integration, IntegrationId, IntegrationState};

use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::session::Caller;
use ui::parts::{NavIntegration, Params, Shell, ShellMember};

/// The caller, the integrations and the navigation of the requested page.
#[derive(Debug, Clone)]
pub(crate) struct PageContext {
    pub(crate) caller: Caller,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) shell: Shell,
    pub(crate) done: Option<FlashMessage>,
}

impl PageContext {
    /// The integration with this id; a failure "not found" if there is none.
    pub(crate) fn integration(&self, id: IntegrationId) -> Result<&Integration, Failure> {
        self.integrations
            .iter()
            .find(|integration| integration.id == id)
            .ok_or_else(|| Failure::not_found("integration"))
    }

    /// Counts the open findings again, because the page has just evaluated them.
    pub(crate) fn count_findings(&mut self, app: &App) {
        self.shell.open_findings = open_findings(app, &self.integrations);
    }

    /// The query parameters of this page, for links that change some of them.
    pub(crate) fn params(&self, pairs: &[(String, String)]) -> Params {
        Params::new(self.shell.path.clone(), pairs.to_vec())
    }
}

/// Findings that wait for a decision, over all accounts whose findings are in the cache.
fn open_findings(app: &App, integrations: &[Integration]) -> Option<i64> {
    let counts: Vec<i64> = integrations
        .iter()
        .filter_map(|integration| app.context.accounts.latest(integration.id))
        .map(|account| {
            let mut query = FindingQuery::everything(account.application);
            query.states = vec![FindingState::Open];
            account.findings.totals(account.roster(), &query).findings
        })
        .collect();
    (!counts.is_empty()).then(|| counts.iter().sum())
}

impl FromRequestParts<SharedApp> for PageContext {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let flash = FlashMessage::of(&parts.headers);
        page_context(app, caller, parts.uri.path(), flash).await
    }
}

pub(crate) async fn page_context(
    app: &App,
    caller: Caller,
    path: &str,
    flash: Option<FlashMessage>,
) -> Result<PageContext, Failure> {
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
        flash: flash.map(FlashMessage::flash),
        now: app.context.clock.now(),
    };
    Ok(PageContext {
        caller,
        integrations,
        shell,
        done: flash,
    })
}
