//! Actions on some or all matching findings, with a preview before execution.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use service::account_snapshot::AccountSnapshot;
use service::decisions::{self, Selected};
use service::parameters::both;
use service::{Error, Pairs};
use ui::pages::findings;
use ui::pages::findings::{FindingAction, preview};
use ui::parts::{Errors, Params, Subject, Tab};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, beside_fields};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::finding_view::{person, row};
use crate::web::integration_status::subject;

/// Findings that a preview lists one by one.
const SAMPLE: usize = 10;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    routes
        .page(
            Method::POST,
            "/i/{id}/findings/preview",
            decide,
            show_preview,
        )
        .page(Method::POST, "/i/{id}/findings/decide", decide, do_it)
}

/// The names and values that identify the selected findings.
fn selection(pairs: &Pairs) -> (Vec<(String, String)>, bool) {
    let all = pairs.text("all") == Some("yes");
    let kept = pairs
        .0
        .iter()
        .filter(|(name, value)| !value.is_empty() && !decisions::is_of_action(name))
        // When all matching findings are selected, the ticked ones are ignored; otherwise the
        // filters are.
        .filter(|(name, _)| {
            if all {
                name != "finding"
            } else {
                name == "finding"
            }
        })
        .cloned()
        .collect();
    (kept, all)
}

/// The filters of the list that a form was opened from, for the link back to the list.
fn filters(pairs: &Pairs) -> Vec<(String, String)> {
    let other = |name: &str| {
        decisions::is_of_action(name) || ["finding", "all", "cursor", "limit"].contains(&name)
    };
    pairs
        .0
        .iter()
        .filter(|(name, value)| !value.is_empty() && !other(name))
        .cloned()
        .collect()
}

/// The list with the filters that a form was opened from.
fn list_with(list: String, pairs: &Pairs) -> String {
    Params::new(list, filters(pairs)).href()
}

async fn show_preview(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let pairs = form.pairs();
    if selection(pairs).0.is_empty() {
        let list = Tab::Findings.href(from_path.integration.id);
        return Ok(FlashMessage::NothingSelected.redirect_to(list_with(list, pairs)));
    }
    let view = preview_view(&app, &from_path, &account, pairs, Errors::default()).await?;
    Ok(html(preview::page(&page_context.shell, &view)))
}

/// The preview of an action. Fields that are still empty get example values, so that the effect can
/// be shown before a reason is written.
async fn preview_view(
    app: &App,
    from_path: &IntegrationFromPath,
    account: &Arc<AccountSnapshot>,
    pairs: &Pairs,
    errors: Errors,
) -> Result<preview::ActionPreview, Failure> {
    let word = pairs.text("action").unwrap_or_default();
    let action = FindingAction::from_value(word).ok_or_else(|| {
        Failure::parameter("action", format!("`{word}` is nothing that can be done"))
    })?;
    let selected = Selected::from_pairs(&app.context, account, pairs).await??;
    let effect =
        decisions::preview(&app.context, account, &selected, &example(action, account)).await?;
    let effect = effect_view(account, &selected, effect);
    let subject: Subject = subject(app, &from_path.integration, Some(&account.snapshot)).await?;
    let (mut selection, all) = selection(pairs);
    if !all {
        selection.extend(filters(pairs));
    }
    let list = list_with(Tab::Findings.href(subject.id), pairs);
    let can_mail = app.context.store.smtp().await?.is_some();
    let members = app.context.store.members().await?;
    Ok(preview::ActionPreview {
        subject,
        action,
        selection,
        all,
        list,
        sample: sample(account, &selected, &effect.left_out),
        effect,
        typed: pairs.0.clone(),
        members: members
            .into_iter()
            .filter(|member| !member.disabled)
            .map(|member| {
                (
                    member.email.clone(),
                    if member.name.is_empty() {
                        member.email
                    } else {
                        member.name
                    },
                )
            })
            .collect(),
        can_mail,
        today: account.today,
        errors,
    })
}

/// The effect for people.
fn effect_view(
    account: &AccountSnapshot,
    selected: &Selected,
    effect: decisions::Effect,
) -> preview::ActionEffect {
    let rows_left_out = i64::try_from(effect.left_out.len()).unwrap_or(i64::MAX);
    // Overriding answers is offered only when all of them are on the page, because the user has to
    // see them.
    let against: Vec<(String, String)> = effect
        .left_out
        .iter()
        .filter(|left| left.answer && effect.left_out_count == rows_left_out)
        .filter(|_| matches!(selected, Selected::Ids(_)))
        .filter_map(|left| {
            let row = account.finding(&left.finding)?.user?;
            Some((person(account, row).called, left.why.clone()))
        })
        .collect();
    let left_out: Vec<(String, String, String)> = effect
        .left_out
        .iter()
        .map(|left| {
            let called = match account.finding(&left.finding) {
                Some(found) => match found.user {
                    Some(row) => person(account, row).called,
                    None => found.licence.label(account.application),
                },
                None => "A finding that was selected".to_owned(),
            };
            (left.finding.clone(), called, left.why.clone())
        })
        .collect();
    preview::ActionEffect {
        findings: effect.findings,
        people: effect.people,
        given_back: effect.given_back,
        saved: effect.saved,
        saved_without_price: effect.saved_without_price,
        bought: effect.bought,
        cost: effect.cost,
        cost_without_price: effect.cost_without_price,
        seat_free_on: effect.seat_free_on,
        invoice_lower_on: effect.invoice_lower_on,
        invoice_unknown: effect.invoice_unknown,
        left_out,
        left_out_count: effect.left_out_count,
        against,
    }
}

/// The action with example values: the effect depends only on its kind.
fn example(action: FindingAction, account: &AccountSnapshot) -> decisions::Action {
    let empty = String::new;
    match action {
        FindingAction::Ask => decisions::Action::Ask {
            message: empty(),
            days: decisions::ASK_DAYS,
            remind_days: None,
            on_silence: store::OnSilence::Nothing,
        },
        FindingAction::HandOver => decisions::Action::HandOver {
            to: empty(),
            message: empty(),
        },
        FindingAction::Exempt => decisions::Action::Exempt {
            until: account.today.plus(90),
            reason: empty(),
            scope: store::DecisionScope::Finding,
        },
        FindingAction::Accept => decisions::Action::Accept {
            note: empty(),
            against: false,
        },
        FindingAction::Reopen => decisions::Action::Reopen { note: empty() },
        // The assignee is selected on the page; the effect is the same for every member.
        FindingAction::Assign => decisions::Action::Assign {
            to: "a colleague".to_owned(),
        },
        FindingAction::Comment => decisions::Action::Comment { text: empty() },
    }
}

/// The first of the selected findings that are not left out.
fn sample(
    account: &AccountSnapshot,
    selected: &Selected,
    left_out: &[(String, String, String)],
) -> Vec<findings::FindingRow> {
    let reached = |id: &str| !left_out.iter().any(|(left, ..)| left == id);
    let items = match selected {
        Selected::Ids(ids) => ids.iter().filter_map(|id| account.finding(id)).collect(),
        Selected::Query(query) => account
            .findings
            .page(account.roster(), query, None, SAMPLE + left_out.len())
            .map_or_else(|_| Vec::new(), |page| page.items),
    };
    items
        .iter()
        .filter(|item| reached(&item.id))
        .take(SAMPLE)
        .map(|item| row(account, item))
        .collect()
}

/// The message after the action.
fn done(action: &decisions::Action) -> FlashMessage {
    match action {
        decisions::Action::Ask { .. } | decisions::Action::HandOver { .. } => FlashMessage::Asked,
        decisions::Action::Exempt { .. } => FlashMessage::Exempted,
        decisions::Action::Accept { .. } => FlashMessage::Accepted,
        decisions::Action::Keep { .. } => FlashMessage::Kept,
        decisions::Action::Assign { .. } => FlashMessage::Assigned,
        decisions::Action::Comment { .. } => FlashMessage::Commented,
        decisions::Action::Reopen { .. } => FlashMessage::Reopened,
    }
}

async fn do_it(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let pairs = form.pairs();
    let action = form.read_with(|reader| decisions::Action::read(reader, account.today));
    let selected = Selected::from_pairs(&app.context, &account, pairs).await?;
    let result = async {
        let (action, selected) = both(action, selected).map_err(Error::parameters)?;
        let caller = &page_context.caller;
        decisions::decide(
            &app.context,
            &account,
            &selected,
            &action,
            &caller.actor(),
            &caller.member.email,
        )
        .await
        .map(|_| done(&action))
    };
    let failure = match result.await {
        Err(failure) => failure,
        Ok(done) => {
            let list = Tab::Findings.href(from_path.integration.id);
            let back = match selection(pairs).0.as_slice() {
                // A single finding of a filtered list leads back to the list, otherwise to its
                // page.
                [(name, id)] if name == "finding" && filters(pairs).is_empty() => {
                    format!("{list}/{}", ui::parts::params::segment(id))
                }
                _ => list_with(list, pairs),
            };
            return Ok(done.redirect_to(back));
        }
    };
    // Field errors are shown beside the field on the same page.
    if failure.field_errors().is_empty() {
        return Err(failure.into());
    }
    let errors = beside_fields(failure.text.errors);
    let view = preview_view(&app, &from_path, &account, pairs, errors).await?;
    Ok(unprocessable(preview::page(&page_context.shell, &view)))
}
