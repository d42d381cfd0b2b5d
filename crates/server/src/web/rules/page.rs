//! The organisation's rules. The names of the form's fields are paths in the settings document, so
//! that errors of its parser can be shown beside the field.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::settings::Settings;
use model::{Permission, Rule};
use serde_json::{Map, Value};
use service::rules::new_rules;
use service::{Error, FieldError};
use ui::pages::rules;
use ui::parts::Errors;

use super::fields::at;
use super::view::{document, value, view};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, beside_fields};
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    routes
        .page(Method::GET, HERE, Access::Needs(Permission::ViewData), show)
        .page(Method::POST, HERE, manage, save)
}

/// The address of this page.
pub(super) const HERE: &str = "/settings/rules";

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = view(&app, &page_context, None, Errors::default()).await?;
    Ok(html(rules::page(&page_context.shell, &view)))
}

/// Sets the value at a path and creates missing objects on the way.
fn put(document: &mut Value, path: &str, value: Value) {
    let mut place = document;
    for key in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        // The value was replaced by an object above if it was not one.
        place = &mut place[key];
    }
    *place = value;
}

/// Input as a number; other text is kept, so that the document's parser rejects it.
pub(super) fn typed_number(text: &str) -> Value {
    match text.parse::<i64>() {
        _ if text.is_empty() => Value::Null,
        Ok(number) => number.into(),
        Err(_) => Value::String(text.to_owned()),
    }
}

/// The document with all values of the form.
fn submitted(mut document: Value, defaults: &Value, form: &FormBody) -> Value {
    let mut sections: Vec<String> = vec!["needs".into(), "guards".into(), "renewal".into()];
    sections.extend(
        Rule::ALL
            .iter()
            .map(|rule| format!("rules.{}", rule.value())),
    );
    for section in sections {
        for (key, usual) in at(defaults, &section).as_object().into_iter().flatten() {
            let path = format!("{section}.{key}");
            // A checkbox that is not ticked is missing from the form; a missing number was not on
            // the page.
            let value = match usual {
                Value::Bool(_) => Value::Bool(form.text(&path).is_some()),
                _ if !form.has(&path) => continue,
                _ => typed_number(form.text(&path).unwrap_or_default()),
            };
            put(&mut document, &path, value);
        }
    }
    if form.has("ignore_new_days") {
        let days = typed_number(form.text("ignore_new_days").unwrap_or_default());
        put(&mut document, "ignore_new_days", days);
    }
    document
}

/// Stores a document that is valid; otherwise all its errors, by the fields that they name.
pub(super) async fn store(
    app: &App,
    page_context: &PageContext,
    document: &Value,
    reason: &str,
) -> Result<Result<(), Vec<FieldError>>, Failure> {
    let settings = match new_rules(document, reason) {
        Ok(settings) => settings,
        Err(errors) => return Ok(Err(errors)),
    };
    let actor = page_context.caller.actor();
    let stored = app
        .context
        .store
        .set_rule_settings(&settings.to_json(), reason, &actor, app.context.clock.now())
        .await;
    match stored.map_err(Error::from) {
        Ok(_) => Ok(Ok(())),
        Err(error) if error.field_errors().is_empty() => Err(error.into()),
        Err(error) => Ok(Err(error.text.errors)),
    }
}

async fn save(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let (document, _) = document(&app).await?;
    let defaults = value(&Settings::default())?;
    let document = submitted(document, &defaults, &form);
    let reason = form.text_or_empty("reason");
    match store(&app, &page_context, &document, &reason).await? {
        Ok(()) => Ok(FlashMessage::SettingsSaved.redirect_to(HERE)),
        Err(errors) => {
            let errors = beside_fields(errors);
            let view = view(&app, &page_context, Some(&form), errors).await?;
            Ok(unprocessable(rules::page(&page_context.shell, &view)))
        }
    }
}
