//! Actions on changes of the list: preview, execution, removal.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use service::change_list;
use service::change_run::{self, Run};
use store::{Change, ChangeFilter, ChangeId, ChangeState};
use sync::OutcomeKind;
use ui::pages::changes::{self, ChangeOutcome, ChangePreview, RunReport, RunReportRow};
use ui::parts::{Errors, Tab};

use super::page::{Deciders, change_status, row};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::FormBody;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::integration_status::subject;
use crate::web::ledger::page::name_of;

/// The actions for selected changes.
const ACTIONS: [&str; 4] = ["dry_run", "execute", "undo", "remove"];

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

/// The changes that a form names, and the number of those that the action cannot apply to.
pub(crate) async fn selected(
    app: &App,
    from_path: &IntegrationFromPath,
    form: &FormBody,
    what: &str,
) -> Result<(Vec<Change>, i64), Failure> {
    let all = app
        .context
        .store
        .changes(from_path.integration.id, &ChangeFilter::default())
        .await?;
    let fits = |change: &Change| match what {
        "undo" => change.state == ChangeState::Done,
        _ => change_status(change.state).open(),
    };
    if form.text("all").is_some() {
        return Ok((all.into_iter().filter(fits).collect(), 0));
    }
    let named: Vec<&str> = form.all("change").collect();
    let (mut rows, mut left_out) = (Vec::new(), 0);
    for change in all {
        if named.contains(&change.id.to_string().as_str()) {
            if fits(&change) {
                rows.push(change);
            } else {
                left_out += 1;
            }
        }
    }
    Ok((rows, left_out))
}

async fn preview(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let what = form.text_or_empty("what");
    if !ACTIONS.contains(&what.as_str()) {
        return Err(Failure::parameter(
            "what",
            format!("give one of {}", ACTIONS.join(", ")),
        ));
    }
    if what != "remove" && !page_context.caller.may(Permission::MakeChanges) {
        return Err(Failure::role(page_context.caller.member.role));
    }
    let (selected, left_out) = selected(&app, &from_path, &form, &what).await?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let deciders = Deciders::of(&app, &account).await?;
    let why = match what.as_str() {
        "undo" => "Only a change that was made can be undone.",
        _ => "It was made already, or is being made.",
    };
    let nothing = selected.is_empty() && left_out == 0;
    let view = ChangePreview {
        subject: subject(&app, &from_path.integration, Some(&account.snapshot)).await?,
        what,
        rows: selected
            .iter()
            .map(|change| row(&account, change, &deciders))
            .collect(),
        left_out: if nothing {
            Some((
                0,
                "No change was selected: tick some in the list, or all of them.".to_owned(),
            ))
        } else {
            (left_out > 0).then(|| (left_out, why.to_owned()))
        },
        errors: Errors::default(),
    };
    if nothing {
        return Ok(unprocessable(changes::preview(&page_context.shell, &view)));
    }
    Ok(html(changes::preview(&page_context.shell, &view)))
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
    form: FormBody,
) -> Result<Response, Failure> {
    let what = form.text_or_empty("what");
    let run = match what.as_str() {
        "dry_run" => Run::Check,
        "execute" => Run::Execute,
        "undo" => Run::Undo,
        _ => {
            return Err(Failure::parameter("what", "give dry_run, execute or undo"));
        }
    };
    let stop_after = form
        .number::<u32>("stop_after")?
        .unwrap_or(change_run::STOP_AFTER);
    if !(1..=100).contains(&stop_after) {
        return Err(Failure::parameter(
            "stop_after",
            "give a number of errors from 1 to 100",
        ));
    }
    let id = from_path.integration.id;
    let (selected, _) = selected(&app, &from_path, &form, &what).await?;
    let ids: Vec<ChangeId> = selected.iter().map(|change| change.id).collect();
    let actor = page_context.caller.actor();
    let report = change_run::run(
        &app.context,
        &from_path.integration,
        &ids,
        run,
        stop_after,
        &actor,
    )
    .await?;
    let Some(report) = report else {
        return Ok(FlashMessage::ChangesRunning.redirect_to(Tab::Changes.href(id)));
    };
    let account = app.context.accounts.of(&from_path.integration).await?;
    let back = what == "undo";
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
        what,
        stopped: report.stopped,
    };
    Ok(html(changes::report(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let (selected, _) = selected(&app, &from_path, &form, "remove").await?;
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
