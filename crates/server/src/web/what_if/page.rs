//! The effect of other rules: the tried settings are read from the address, evaluated beside the
//! rules in force, and can be saved as the organisation's rules.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::what_if::{self as replay, WhatIf};
use model::{Permission, Rule};
use serde_json::Value;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::rules::new_rules;
use ui::pages::what_if::{self, RuleOutcome, RulesOutcome, TriedRule, WhatIfPage, WrongDowngrade};
use ui::parts::{Params, Subject, Tab};

use super::charts::{since_need, thresholds};
use super::tried::{Tried, all_pairs, days, document, read};
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString, beside_fields};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;
use crate::web::finding_view::person;
use crate::web::integration_status::subject;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(
            Method::GET,
            "/i/{id}/what-if",
            Access::Needs(Permission::ViewData),
            show,
        )
        .page(
            Method::POST,
            "/i/{id}/what-if/save",
            Access::Needs(Permission::ManageSettings),
            save,
        )
}

/// Users that are listed one by one.
const NAMED: usize = 50;

async fn show(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    run_blocking(move || {
        let tried = read(&account, &pairs);
        let view = view(&account, subject, tried, String::new());
        Ok(html(what_if::page(&page_context.shell, &view)))
    })
    .await
}

async fn save(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let account = app.context.accounts.of(&from_path.integration).await?;
    let mut tried = read(&account, form.pairs());
    let reason = form.text_or_empty("reason");
    let document = document(&tried.settings);
    if let Err(errors) = new_rules(&document, &reason) {
        tried.errors.0.extend(beside_fields(errors).0);
    }
    if tried.errors.is_empty() {
        app.context
            .store
            .set_rule_settings(
                &tried.settings.to_json(),
                &reason,
                &page_context.caller.actor(),
                app.context.clock.now(),
            )
            .await?;
        return Ok(FlashMessage::RulesSaved.redirect_to(Tab::WhatIf.href(from_path.integration.id)));
    }
    let subject = subject(&app, &from_path.integration, Some(&account.snapshot)).await?;
    run_blocking(move || {
        let view = view(&account, subject, tried, reason);
        Ok(unprocessable(what_if::page(&page_context.shell, &view)))
    })
    .await
}

fn view(account: &AccountSnapshot, subject: Subject, tried: Tried, reason: String) -> WhatIfPage {
    let (roster, inputs) = (account.roster(), account.inputs());
    let (before, after) = (document(&account.settings), document(&tried.settings));
    let differs = before != after;
    let now = replay::what_if(roster, &inputs, &account.settings);
    let result = if differs {
        replay::what_if(roster, &inputs, &tried.settings)
    } else {
        now.clone()
    };
    let params = Params::new(
        Tab::WhatIf.href(subject.id),
        if tried.pairs.iter().any(|(name, _)| name == "try") {
            tried.pairs.clone()
        } else {
            all_pairs(&after)
        },
    );
    WhatIfPage {
        rules: Rule::ALL
            .iter()
            .map(|rule| {
                let of = |document: &Value| document["rules"][rule.value()].clone();
                TriedRule {
                    rule: *rule,
                    on: of(&after)["on"].as_bool().unwrap_or(true),
                    days: days(&after, *rule),
                    differs: of(&before) != of(&after),
                }
            })
            .collect(),
        differs,
        by_rule: result
            .by_rule
            .iter()
            .filter(|rule| rule.flagged > 0 || rule.wrongly_flagged > 0)
            .map(|rule| RuleOutcome {
                rule: rule.rule,
                flagged: rule.flagged,
                wrongly: (rule.replayed > 0).then_some(rule.wrongly_flagged),
                replayed: rule.replayed,
                saved: rule.saved.clone(),
            })
            .collect(),
        wrongly: result
            .wrongly
            .iter()
            .take(NAMED)
            .map(|wrong| {
                let person = person(account, wrong.row);
                WrongDowngrade {
                    key: person.key,
                    called: person.called,
                    rule: wrong.rule,
                    flagged_on: wrong.flagged_on,
                    needed_on: wrong.needed_on,
                }
            })
            .collect(),
        replayed: result.replayed_days(),
        unknown: result.unknown,
        thresholds: thresholds(account, &tried, &params),
        since_need: since_need(account, &tried),
        now: outcome(now),
        tried: outcome(result),
        charted: tried.charted,
        pairs: tried.pairs,
        errors: tried.errors,
        reason,
        subject,
    }
}

fn outcome(result: WhatIf) -> RulesOutcome {
    RulesOutcome {
        flagged: result.flagged,
        seats: result.seats,
        saved: result.saved,
        without_price: result.without_price,
        wrongly: (result.replayed > 0).then_some(result.wrongly_flagged),
        replayed: result.replayed,
    }
}
