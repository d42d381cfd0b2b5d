//! Actions on changes of the list: preview, execution, removal.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use service::FieldError;
use service::change_list;
use service::change_run::{self, Run};
use service::parameters;
use service::parameters::FromParameter;
use store::{Change, ChangeFilter, ChangeId, ChangeState};
use sync::OutcomeKind;
use ui::pages::changes::{self, ChangeOutcome, ChangePreview, RunReport, RunReportRow};
use ui::parts::{Errors, Tab};

use super::page::{Deciders, change_status, row};
use super::run_api::StopAfter;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{Form, FormBody, beside_fields};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::integration_status::{count, subject};
use crate::web::ledger::name_of;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    routes
        .page(Method::POST, "/i/{id}/changes/preview", decide, preview)
        .page(Method::POST, "/i/{id}/changes/remove", decide, remove)
        .page(
            Method::POST,
            "/i/{id}/changes/run",
            Access::Needs(Permission::MakeChanges),
            carry_out,
        )
}

/// An action for selected changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChangeAction {
    DryRun,
    Execute,
    Undo,
    Remove,
}

impl ChangeAction {
    const ALL: [Self; 4] = [Self::DryRun, Self::Execute, Self::Undo, Self::Remove];

    /// The word in forms.
    fn value(self) -> &'static str {
        match self {
            Self::DryRun => "dry_run",
            Self::Execute => "execute",
            Self::Undo => "undo",
            Self::Remove => "remove",
        }
    }

    /// Whether it can be applied to a change.
    fn fits(self, change: &Change) -> bool {
        match self {
            Self::Undo => change.state == ChangeState::Done,
            _ => change_status(change.state).open(),
        }
    }
}

impl FromParameter for ChangeAction {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let word = values.first().copied().unwrap_or_default();
        let named = Self::ALL.into_iter().find(|action| action.value() == word);
        named.ok_or_else(|| {
            let words = Self::ALL.map(Self::value).join(", ");
            vec![format!("give one of {words}")]
        })
    }
}

parameters! {
    /// The changes that a form selects.
    struct SelectedChanges {
        /// Anything: all changes to which the action applies.
        all: Option<String>,
        change: Vec<String>,
    }
}

parameters! {
    /// An action with the changes that it is for.
    struct ChangesForm {
        what: ChangeAction,
        stop_after: StopAfter,
    }
}

impl SelectedChanges {
    /// The selected changes, and the number of those that the action cannot apply to.
    async fn changes(
        &self,
        app: &App,
        from_path: &IntegrationFromPath,
        action: ChangeAction,
    ) -> Result<(Vec<Change>, i64), Failure> {
        let all = app
            .context
            .store
            .changes(from_path.integration.id, &ChangeFilter::default())
            .await?;
        let selected = all
            .into_iter()
            .filter(|change| self.all.is_some() || self.change.contains(&change.id.to_string()));
        let (rows, others): (Vec<_>, Vec<_>) = selected.partition(|change| action.fits(change));
        let left_out = if self.all.is_some() { 0 } else { others.len() };
        Ok((rows, count(left_out)))
    }
}

async fn preview(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: Form<(SelectedChanges, ChangesForm)>,
) -> Result<Response, Failure> {
    let (selection, ChangesForm { what, .. }) = form.read?;
    if what != ChangeAction::Remove && !page_context.caller.may(Permission::MakeChanges) {
        return Err(Failure::role(page_context.caller.member.role));
    }
    let stop_after = change_run::STOP_AFTER.to_string();
    let view = preview_view(&app, &from_path, &selection, what, stop_after).await?;
    let page = changes::preview(&page_context.shell, &view);
    if view.rows.is_empty() && view.left_out.as_ref().is_some_and(|(many, _)| *many == 0) {
        return Ok(unprocessable(page));
    }
    Ok(html(page))
}

async fn preview_view(
    app: &App,
    from_path: &IntegrationFromPath,
    selection: &SelectedChanges,
    what: ChangeAction,
    stop_after: String,
) -> Result<ChangePreview, Failure> {
    let (selected, left_out) = selection.changes(app, from_path, what).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let deciders = Deciders::of(app, &account).await?;
    let why = match what {
        ChangeAction::Undo => "Only a change that was made can be undone.",
        _ => "It was made already, or is being made.",
    };
    Ok(ChangePreview {
        subject: subject(app, &from_path.integration, Some(&account.snapshot)).await?,
        what: what.value().to_owned(),
        rows: selected
            .iter()
            .map(|change| row(&account, change, &deciders))
            .collect(),
        left_out: if selected.is_empty() && left_out == 0 {
            Some((
                0,
                "No change was selected: tick some in the list, or all of them.".to_owned(),
            ))
        } else {
            (left_out > 0).then(|| (left_out, why.to_owned()))
        },
        stop_after,
        errors: Errors::default(),
    })
}

fn outcome(kind: OutcomeKind) -> ChangeOutcome {
    match kind {
        OutcomeKind::WouldChange => ChangeOutcome::WouldChange,
        OutcomeKind::Done => ChangeOutcome::Done,
        OutcomeKind::Undone => ChangeOutcome::Undone,
        OutcomeKind::Skipped => ChangeOutcome::Skipped,
        OutcomeKind::Failed => ChangeOutcome::Failed,
        OutcomeKind::NotDue => ChangeOutcome::NotDue,
    }
}

/// Executes the previewed action and shows the result of each change.
async fn carry_out(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: Form<(SelectedChanges, ChangesForm)>,
) -> Result<Response, Failure> {
    let (selection, ChangesForm { what, stop_after }) = match form.read {
        Ok(read) => read,
        Err(errors) => {
            return preview_again(&app, &from_path, &page_context, &form.entered, errors).await;
        }
    };
    let run = match what {
        ChangeAction::DryRun => Run::Check,
        ChangeAction::Execute => Run::Execute,
        ChangeAction::Undo => Run::Undo,
        ChangeAction::Remove => {
            return Err(Failure::parameter("what", "give dry_run, execute or undo"));
        }
    };
    let id = from_path.integration.id;
    let (selected, _) = selection.changes(&app, &from_path, what).await?;
    let ids: Vec<ChangeId> = selected.iter().map(|change| change.id).collect();
    let actor = page_context.caller.actor();
    let report = change_run::run(
        &app.context,
        &from_path.integration,
        &ids,
        run,
        stop_after.0,
        &actor,
    )
    .await?;
    let Some(report) = report else {
        return Ok(FlashMessage::ChangesRunning.redirect_to(Tab::Changes.href(id)));
    };
    let account = app.context.accounts.of(&from_path.integration).await?;
    let back = what == ChangeAction::Undo;
    let rows = report.outcomes.into_iter().map(|outcome_row| {
        let change = selected
            .iter()
            .find(|change| change.id == outcome_row.change);
        RunReportRow {
            name: change.map_or_else(String::new, |change| {
                name_of(&account, change.user_key.as_deref(), &change.email)
            }),
            change: change.map_or_else(String::new, |change| {
                let [from, to] = change_list::ends(account.application, change);
                let (from, to) = if back { (to, from) } else { (from, to) };
                format!("{from} → {to}")
            }),
            outcome: outcome(outcome_row.kind),
            text: outcome_row.text,
        }
    });
    let view = RunReport {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        rows: rows.collect(),
        what: what.value().to_owned(),
        stopped: report.stopped,
    };
    Ok(html(changes::report(&page_context.shell, &view)))
}

/// The preview with errors beside the fields and with what was entered. An action that is not
/// known has no preview.
async fn preview_again(
    app: &App,
    from_path: &IntegrationFromPath,
    page_context: &PageContext,
    entered: &FormBody,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    if errors.iter().any(|error| error.field == "what") {
        return Err(errors.into());
    }
    let (selection, what) = entered.read_with(|reader| {
        let selection = reader.read::<SelectedChanges>();
        Some((selection?, reader.get("what")?))
    })?;
    let stop_after = entered.text_or_empty("stop_after");
    let mut view = preview_view(app, from_path, &selection, what, stop_after).await?;
    view.errors = beside_fields(errors);
    Ok(unprocessable(changes::preview(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: Form<SelectedChanges>,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let selection = form.read?;
    let (selected, _) = selection
        .changes(&app, &from_path, ChangeAction::Remove)
        .await?;
    let findings: Vec<String> = selected.into_iter().map(|change| change.finding).collect();
    if !findings.is_empty() {
        app.context
            .store
            .reopen(
                id,
                &findings,
                None,
                &page_context.caller.actor(),
                app.context.clock.now(),
            )
            .await?;
    }
    Ok(FlashMessage::ChangesRemoved.redirect_to(Tab::Changes.href(id)))
}
