//! The organisation's rules. The names of the form's fields are paths in the settings document, so
//! that errors of its parser can be shown beside the field.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::settings::Settings;
use model::{Licence, Permission, Rule};
use serde_json::{Map, Value};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::FormBody;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::contracts::page::sold;
use crate::web::renewals::page::account_name;
use crate::web::settings::page::who;
use model::words::sentence;
use ui::pages::rules::{self, RuleNumber, RuleOverride, RuleRow, RuleSetting, RulesChange};
use ui::parts::Errors;

/// Versions of the rules on the page.
const SHOWN: u32 = 50;
/// The address of this page.
const HERE: &str = "/settings/rules";

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    routes
        .page(Method::GET, HERE, Access::Needs(Permission::ViewData), show)
        .page(Method::POST, HERE, manage, save)
        .page(Method::POST, "/settings/rules/overrides", manage, add)
        .page(
            Method::POST,
            "/settings/rules/overrides/remove",
            manage,
            remove,
        )
}

/// Label, minimum and maximum of a number; the parser of the document validates it.
fn number_words(key: &str) -> (&'static str, (i64, i64)) {
    match key {
        "days" => ("Days", (1, 730)),
        "look_back_days" => ("Look back, days", (30, 800)),
        "margin_percent" => ("Margin, %", (0, 500)),
        "spare" => ("Spare seats", (0, 10_000)),
        "times" => ("Times", (1, 1000)),
        "minutes" => ("Minutes", (1, 1440)),
        "audience" => ("People", (1, 1_000_000)),
        "rhythm_chance_permille" => ("Chance, ‰", (0, 500)),
        "rhythm_prior_days" => ("Assumed silence, days", (0, 365)),
        "rhythm_needs" => ("Needs, at least", (1, 1000)),
        "rhythm_gap_percent" => ("Longest gap, %", (0, 1000)),
        "season_gap_days" => ("Between seasons, days", (14, 300)),
        "season_ahead_days" => ("Ahead, days", (0, 300)),
        "season_slip_days" => ("Earlier or later, days", (0, 60)),
        "settling_days" => ("Days", (0, 730)),
        "settling_meetings" => ("Meetings, at most", (0, 1000)),
        "leaver_days" | "ignore_new_days" => ("Days", (0, 365)),
        "window_days" => ("Days", (7, 365)),
        "central_percent" => ("Percent", (50, 99)),
        "growth_limit_percent" => ("At most, % a year", (0, 100)),
        _ => ("", (0, 65_535)),
    }
}

/// A key as words: `settling_days` as "Settling days".
fn words(key: &str) -> String {
    crate::web::integrations::page::label(key)
}

/// A switch or number with the numbers that belong to it: key, label, help, numbers.
type Words = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const NEEDS: [Words; 7] = [
    (
        "",
        "",
        "A meeting with at least two people that lasts longer than this.",
        &["minutes"],
    ),
    (
        "",
        "",
        "A meeting with more people than this; empty: the limit of Basic users of the account.",
        &["audience"],
    ),
    ("cloud_recording", "A cloud recording", "", &[]),
    (
        "registration",
        "Registration",
        "Where the application reports it.",
        &[],
    ),
    ("polls", "Polls", "Where the application reports them.", &[]),
    ("webinar", "A webinar", "", &[]),
    (
        "large_meeting",
        "A large meeting",
        "More people than the base licence allows.",
        &[],
    ),
];
const GUARDS: [Words; 6] = [
    (
        "rhythm",
        "A pattern of their own",
        "While the user’s own rhythm makes another need likely.",
        &[
            "rhythm_gap_percent",
            "rhythm_needs",
            "rhythm_chance_permille",
            "rhythm_prior_days",
        ],
    ),
    (
        "season",
        "The same time last year",
        "When needs began at this time last year.",
        &["season_ahead_days", "season_gap_days", "season_slip_days"],
    ),
    (
        "scheduled",
        "A webinar or a first meeting ahead",
        "When one is scheduled that would need the licence.",
        &[],
    ),
    (
        "scheduled_meetings",
        "Any meeting ahead",
        "Whatever its length will be: careful, and finds less.",
        &[],
    ),
    (
        "settling",
        "Still settling in",
        "People without a need so far, until they have had the licence for this long.",
        &["settling_days", "settling_meetings"],
    ),
    (
        "",
        "Recently active leavers",
        "People missing in the list of employees who signed in or hosted within so many days; 0 for none.",
        &["leaver_days"],
    ),
];
const RENEWAL: [Words; 8] = [
    (
        "",
        "",
        "How long a licence stays with a person who needed it.",
        &["window_days"],
    ),
    (
        "",
        "",
        "The share of simulated futures between low and high.",
        &["central_percent"],
    ),
    (
        "season",
        "Season",
        "The highest window of the past year counts.",
        &[],
    ),
    (
        "growth",
        "Growth",
        "A steady rise or fall continues.",
        &["growth_limit_percent"],
    ),
    (
        "starters",
        "New starters",
        "More new licences than usual mean more need.",
        &[],
    ),
    ("leavers", "People who left", "They no longer count.", &[]),
    (
        "held_back",
        "Needs expected back",
        "They count in part while less than a year is known.",
        &[],
    ),
    (
        "",
        "",
        "Seats to have to spare, added to every number.",
        &["spare"],
    ),
];

/// The rules in force as a document with all default values.
async fn document(app: &App) -> Result<(Value, bool), Failure> {
    let stored = app.context.store.rule_settings().await?;
    let settings = match &stored {
        Some(stored) => {
            Settings::from_json(&stored.json).map_err(|error| Failure::internal(&error))?
        }
        None => Settings::default(),
    };
    Ok((value(&settings)?, stored.is_none()))
}

fn value(settings: &Settings) -> Result<Value, Failure> {
    serde_json::from_str(&settings.to_json()).map_err(|error| Failure::internal(&error))
}

fn at<'a>(document: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(document, |value, key| &value[key])
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The values of the fields: the document, or rejected input.
struct Fields<'a> {
    document: &'a Value,
    defaults: &'a Value,
    typed: Option<&'a FormBody>,
}

impl Fields<'_> {
    fn on(&self, path: &str) -> bool {
        match self.typed {
            Some(form) => form.text(path).is_some(),
            None => at(self.document, path).as_bool().unwrap_or(false),
        }
    }

    fn number(&self, section: &str, key: &str) -> RuleNumber {
        let field = if section.is_empty() {
            key.to_owned()
        } else {
            format!("{section}.{key}")
        };
        let (label, range) = number_words(key);
        let default = text(at(self.defaults, &field));
        RuleNumber {
            label: if label.is_empty() {
                words(key)
            } else {
                label.to_owned()
            },
            value: match self.typed {
                Some(form) => form.text_or_empty(&field),
                None => text(at(self.document, &field)),
            },
            range,
            default: if default.is_empty() {
                rules::EMPTY.to_owned()
            } else {
                default
            },
            field,
        }
    }

    /// The settings of a section: those with texts here, and then all others that it has.
    fn settings(&self, section: &str, known: &[Words]) -> Vec<RuleSetting> {
        let mut found: Vec<RuleSetting> = known
            .iter()
            .map(|(key, label, help, numbers)| {
                let field = if key.is_empty() {
                    String::new()
                } else {
                    format!("{section}.{key}")
                };
                RuleSetting {
                    on: !field.is_empty() && self.on(&field),
                    field,
                    label: (*label).to_owned(),
                    help,
                    numbers: numbers
                        .iter()
                        .map(|key| self.number(section, key))
                        .collect(),
                }
            })
            .collect();
        let named = |wanted: &str| {
            known
                .iter()
                .any(|(key, _, _, numbers)| *key == wanted || numbers.contains(&wanted))
        };
        let all = self.defaults[section].as_object().into_iter().flatten();
        for (key, usual) in all.filter(|(key, _)| !named(key)) {
            let switch = usual.is_boolean();
            let field = format!("{section}.{key}");
            found.push(RuleSetting {
                on: switch && self.on(&field),
                label: words(key),
                help: "",
                numbers: if switch {
                    Vec::new()
                } else {
                    vec![self.number(section, key)]
                },
                field: if switch { field } else { String::new() },
            });
        }
        found
    }

    /// The settings that put findings on hold; one number of them is shown beside the section.
    fn guards(&self) -> Vec<RuleSetting> {
        let mut found = self.settings("guards", &GUARDS);
        found.push(RuleSetting {
            field: String::new(),
            label: String::new(),
            on: false,
            help: "For so many days a new licence is left alone.",
            numbers: vec![self.number("", "ignore_new_days")],
        });
        found
    }

    fn rules(&self) -> Vec<RuleRow> {
        Rule::ALL
            .into_iter()
            .map(|rule| {
                let section = format!("rules.{}", rule.value());
                let numbers = at(self.defaults, &section);
                RuleRow {
                    rule,
                    on: self.on(&format!("{section}.on")),
                    text: rule.explanation(),
                    numbers: numbers
                        .as_object()
                        .map(|fields| {
                            fields
                                .keys()
                                .filter(|key| *key != "on")
                                .map(|key| self.number(&section, key))
                                .collect()
                        })
                        .unwrap_or_default(),
                }
            })
            .collect()
    }
}

async fn view(
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
        reason: typed.map_or_else(String::new, |form| form.text_or_empty("reason")),
        errors,
    })
}

/// Licences and groups that can have numbers of their own.
async fn scopes(app: &App, page_context: &PageContext) -> Result<Vec<(String, String)>, Failure> {
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
fn typed_number(text: &str) -> Value {
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

/// Validates a document and stores it; errors are assigned to the fields that they name.
async fn store(
    app: &App,
    page_context: &PageContext,
    document: &Value,
    reason: &str,
    reason_field: &str,
) -> Result<Result<(), Errors>, Failure> {
    let mut errors = Errors::default();
    if reason.is_empty() {
        errors.add(reason_field, "Say in a sentence why.");
    }
    let settings = match Settings::from_json(&document.to_string()) {
        Ok(settings) => settings,
        Err(error) => {
            errors.add(&error.field, sentence(&error.message));
            return Ok(Err(errors));
        }
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let actor = page_context.caller.actor();
    let stored = app
        .context
        .store
        .set_rule_settings(&settings.to_json(), reason, &actor, app.context.clock.now())
        .await;
    match stored {
        Ok(_) => Ok(Ok(())),
        Err(error) => {
            let (field, text) = crate::web::contracts::page::field_error(error)?;
            errors.add(if field == "reason" { reason_field } else { "" }, text);
            Ok(Err(errors))
        }
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
    match store(&app, &page_context, &document, &reason, "reason").await? {
        Ok(()) => Ok(FlashMessage::SettingsSaved.redirect_to(HERE)),
        Err(errors) => {
            let view = view(&app, &page_context, Some(&form), errors).await?;
            Ok(unprocessable(rules::page(&page_context.shell, &view)))
        }
    }
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
