//! The data of the page about rules.

use insight::settings::Settings;
use model::Rule;
use serde_json::{Map, Value};
use ui::pages::rules::{self, RuleOverride, RulesChange};
use ui::parts::Errors;

use super::fields::{Fields, NEEDS, RENEWAL, text, words};
use crate::app::App;
use crate::failure::Failure;
use crate::form::FormBody;
use crate::page_context::PageContext;
use crate::web::contracts::licences::sold;
use crate::web::renewals::page::account_name;
use crate::web::settings::audit::who;

/// Versions of the rules on the page.
const SHOWN: u32 = 50;

/// The rules in force as a document with all default values.
pub(super) async fn document(app: &App) -> Result<(Value, bool), Failure> {
    let stored = app.context.store.rule_settings().await?;
    let settings = match &stored {
        Some(stored) => {
            Settings::from_json(&stored.json).map_err(|error| Failure::internal(&error))?
        }
        None => Settings::default(),
    };
    Ok((value(&settings)?, stored.is_none()))
}

pub(super) fn value(settings: &Settings) -> Result<Value, Failure> {
    serde_json::from_str(&settings.to_json()).map_err(|error| Failure::internal(&error))
}

pub(super) async fn view(
    app: &App,
    page_context: &PageContext,
    typed: Option<&FormBody>,
    errors: Errors,
) -> Result<rules::RulesPage, Failure> {
    let (document, untouched) = document(app).await?;
    let defaults = value(&Settings::default())?;
    let fields = Fields {
        document: &document,
        defaults: &defaults,
        typed,
    };
    let scopes = scopes(app, page_context).await?;
    let members = app.context.store.members().await?;
    let history = app.context.store.rule_settings_history(SHOWN).await?;
    Ok(rules::RulesPage {
        rules: fields.rules(),
        needs: fields.settings("needs", &NEEDS),
        guards: fields.guards(),
        renewal: fields.settings("renewal", &RENEWAL),
        overrides: overrides(&document, &scopes),
        scopes,
        history: history
            .into_iter()
            .map(|change| RulesChange {
                version: change.version,
                at: change.at,
                by: who(&change.by, &members),
                reason: change.reason,
            })
            .collect(),
        accounts: page_context
            .integrations
            .iter()
            .map(|integration| {
                (
                    format!("/i/{}/what-if", integration.id),
                    account_name(app, integration),
                )
            })
            .collect(),
        defaults: untouched,
        typed_override: rules::OverrideFields::default(),
        reason: typed.map_or_else(String::new, |form| form.text_or_empty("reason")),
        errors,
    })
}

/// Licences and groups that can have numbers of their own.
pub(super) async fn scopes(
    app: &App,
    page_context: &PageContext,
) -> Result<Vec<(String, String)>, Failure> {
    let mut scopes: Vec<(String, String)> = Vec::new();
    for application in app.context.engine.connectors().applications() {
        for (licence, label) in sold(application) {
            scopes.push((format!("licence:{licence}"), label));
        }
    }
    for integration in &page_context.integrations {
        let mut groups = app.context.store.groups(integration.id).await?;
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        for group in groups {
            scopes.push((
                format!("group:{}", group.id),
                format!("Group: {}, {}", group.name, integration.name),
            ));
        }
    }
    Ok(scopes)
}

fn overrides(document: &Value, scopes: &[(String, String)]) -> Vec<RuleOverride> {
    let mut found = Vec::new();
    for (section, prefix) in [("per_licence", "licence"), ("per_group", "group")] {
        for (key, patch) in document[section].as_object().into_iter().flatten() {
            let scope = format!("{prefix}:{key}");
            let label = scopes
                .iter()
                .find(|(known, _)| *known == scope)
                .map_or_else(|| key.clone(), |(_, label)| label.clone());
            for (rule, numbers) in patch.as_object().into_iter().flatten() {
                let Some(rule) = Rule::from_value(rule) else {
                    continue;
                };
                found.push(RuleOverride {
                    scope: scope.clone(),
                    label: label.clone(),
                    rule,
                    text: numbers.as_object().map(said).unwrap_or_default(),
                });
            }
        }
    }
    found
}

/// The differences in words: "off", "180 days".
fn said(numbers: &Map<String, Value>) -> String {
    let parts: Vec<String> = numbers
        .iter()
        .map(|(key, value)| match (key.as_str(), value) {
            ("on", Value::Bool(on)) => if *on { "on" } else { "off" }.to_owned(),
            ("days", value) => format!("{} days", text(value)),
            (key, value) => format!("{} {}", words(key).to_lowercase(), text(value)),
        })
        .collect();
    parts.join(", ")
}
