//! Rules of their own for licences and groups.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{Licence, Permission, Rule};
use serde_json::{Map, Value};
use ui::pages::rules;
use ui::parts::Errors;

use super::page::{HERE, store, typed_number};
use super::view::{document, scopes, view};
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::FormBody;
use crate::page_context::PageContext;
use crate::response::unprocessable;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    routes
        .page(Method::POST, "/settings/rules/overrides", manage, add)
        .page(
            Method::POST,
            "/settings/rules/overrides/remove",
            manage,
            remove,
        )
}

/// Section and key of a scope: `licence:webinar_500` is `webinar_500` of `per_licence`.
fn section(scope: &str) -> Option<(&'static str, &str)> {
    match scope.split_once(':')? {
        ("licence", key) if !key.is_empty() => Some(("per_licence", key)),
        ("group", key) if !key.is_empty() => Some(("per_group", key)),
        _ => None,
    }
}

async fn add(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let scope = form.text_or_empty("scope");
    let known = scopes(&app, &page_context).await?;
    let target = section(&scope).filter(|_| known.iter().any(|(value, _)| *value == scope));
    if target.is_none() {
        errors.add("scope", "Choose a licence or a group.");
    }
    let rule = form.text("override_rule").and_then(Rule::from_value);
    if rule.is_none() {
        errors.add("override_rule", "Choose one of the rules.");
    }
    let on = form.text("override_on") != Some("off");
    let days = form.text("override_days").unwrap_or_default();
    if let (Some((name, key)), Some(rule)) = (target, rule) {
        let (mut document, _) = document(&app).await?;
        let mut numbers = Map::new();
        numbers.insert("on".to_owned(), Value::Bool(on));
        if on && !days.is_empty() {
            numbers.insert("days".to_owned(), typed_number(days));
        }
        let mut patch = document[name][key].take();
        if !patch.is_object() {
            patch = Value::Object(Map::new());
        }
        patch[rule.value()] = Value::Object(numbers);
        document[name][key] = patch;
        let reason = form.text_or_empty("override_reason");
        match store(&app, &page_context, &document, &reason, "override_reason").await? {
            Ok(()) => {
                return Ok(FlashMessage::SettingsSaved.redirect_to(format!("{HERE}#overrides")));
            }
            Err(wrong) => {
                for (field, text) in wrong.0 {
                    let name = if field.rsplit('.').next() == Some("days") {
                        "override_days"
                    } else {
                        &field
                    };
                    errors.add(name, text);
                }
            }
        }
    }
    let view = view(&app, &page_context, None, errors).await?;
    Ok(unprocessable(rules::page(&page_context.shell, &view)))
}

async fn remove(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let none = || Failure::not_found("rule of its own");
    let scope = form.text_or_empty("scope");
    let (name, key) = section(&scope).ok_or_else(none)?;
    let rule = form
        .text("rule")
        .and_then(Rule::from_value)
        .ok_or_else(none)?;
    let (mut document, _) = document(&app).await?;
    let patch = document[name][key].as_object_mut().ok_or_else(none)?;
    patch.remove(rule.value()).ok_or_else(none)?;
    if patch.is_empty()
        && let Some(all) = document[name].as_object_mut()
    {
        all.remove(key);
    }
    let what = Licence::from_key(key);
    let reason = format!("“{}” is the general value for {what} again.", rule.label());
    match store(&app, &page_context, &document, &reason, "reason").await? {
        Ok(()) => Ok(FlashMessage::SettingsSaved.redirect_to(format!("{HERE}#overrides"))),
        Err(errors) => {
            let view = view(&app, &page_context, None, errors).await?;
            Ok(unprocessable(rules::page(&page_context.shell, &view)))
        }
    }
}
