//! Rules of their own for licences and groups.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{Licence, Permission, Rule};
use serde_json::{Map, Value, json};
use service::parameters::Reader;
use service::rules::new_rules;
use ui::pages::rules;

use super::page::{HERE, store, typed_number};
use super::view::{document, scopes, view};
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, beside_fields};
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

/// Numbers of its own for a licence or a group.
struct NewOverride {
    section: &'static str,
    key: String,
    rule: Rule,
    numbers: Map<String, Value>,
    reason: String,
}

impl NewOverride {
    /// Reads the form; `scopes` are the licences and groups that can be chosen.
    fn read(reader: &mut Reader<'_>, scopes: &[(String, String)]) -> Option<Self> {
        let scope = reader.text("scope").unwrap_or_default();
        let target = section(scope).filter(|_| scopes.iter().any(|(value, _)| value == scope));
        if target.is_none() {
            reader.error("scope", "Choose a licence or a group.");
        }
        let rule = reader.text("override_rule").and_then(Rule::from_value);
        if rule.is_none() {
            reader.error("override_rule", "Choose one of the rules.");
        }
        let on = reader.text("override_on") != Some("off");
        let days = reader.text("override_days");
        let mut numbers = Map::new();
        numbers.insert("on".to_owned(), Value::Bool(on));
        if let Some(days) = days.filter(|_| on) {
            numbers.insert("days".to_owned(), typed_number(days));
        }
        let reason = reader.text("override_reason").unwrap_or_default();
        // The numbers are checked as general ones, because their bounds are the same; without a
        // rule, as those of a rule that has days.
        let checked = rule.unwrap_or(Rule::Dormant).value();
        let document = json!({ "rules": { checked: numbers.clone() } });
        for error in new_rules(&document, reason).err().unwrap_or_default() {
            let field = match error.field.rsplit('.').next() {
                Some("reason") => "override_reason",
                _ => "override_days",
            };
            reader.error(field, error.message);
        }
        let (section, key) = target?;
        Some(Self {
            section,
            key: key.to_owned(),
            rule: rule?,
            numbers,
            reason: reason.to_owned(),
        })
    }

    /// Adds the numbers to a settings document.
    fn put(&self, document: &mut Value) {
        let mut patch = document[self.section][&self.key].take();
        if !patch.is_object() {
            patch = Value::Object(Map::new());
        }
        patch[self.rule.value()] = Value::Object(self.numbers.clone());
        document[self.section][&self.key] = patch;
    }
}

async fn add(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let known = scopes(&app, &page_context).await?;
    let errors = match form.read_with(|reader| NewOverride::read(reader, &known)) {
        Err(errors) => errors,
        Ok(new) => {
            let (mut document, _) = document(&app).await?;
            new.put(&mut document);
            match store(&app, &page_context, &document, &new.reason).await? {
                Ok(()) => {
                    return Ok(FlashMessage::SettingsSaved.redirect_to(format!("{HERE}#overrides")));
                }
                Err(errors) => errors,
            }
        }
    };
    let view = rules::RulesPage {
        typed_override: rules::OverrideFields {
            scope: form.text_or_empty("scope"),
            rule: form.text_or_empty("override_rule"),
            on: form.text_or_empty("override_on"),
            days: form.text_or_empty("override_days"),
            reason: form.text_or_empty("override_reason"),
        },
        ..view(&app, &page_context, None, beside_fields(errors)).await?
    };
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
    match store(&app, &page_context, &document, &reason).await? {
        Ok(()) => Ok(FlashMessage::SettingsSaved.redirect_to(format!("{HERE}#overrides"))),
        Err(errors) => {
            let errors = beside_fields(errors);
            let view = view(&app, &page_context, None, errors).await?;
            Ok(unprocessable(rules::page(&page_context.shell, &view)))
        }
    }
}
