//! The organisation's rules, as people and programs change them.

use insight::{Settings, SettingsErrors};
use model::{Group, Licence};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Error, FieldError};

/// The rules of a settings document that are to be stored for a reason.
///
/// # Errors
///
/// Everything that is wrong with the document and the reason.
pub fn new_rules(document: &Value, reason: &str) -> Result<Settings, Vec<FieldError>> {
    let mut errors = Vec::new();
    if reason.trim().is_empty() {
        errors.push(FieldError::new(
            "reason",
            "is missing: say why the rules change, it stays on record",
        ));
    }
    match Settings::from_json(&document.to_string()) {
        Ok(settings) if errors.is_empty() => Ok(settings),
        Ok(_) => Err(errors),
        Err(faults) => {
            errors.extend(field_errors(faults));
            Err(errors)
        }
    }
}

/// The mistakes of a settings document, field by field.
#[must_use]
pub fn field_errors(faults: SettingsErrors) -> Vec<FieldError> {
    let faults = faults.0.into_iter();
    faults
        .map(|fault| FieldError::new(fault.field, fault.message))
        .collect()
}

/// The rules with the subjects of their exceptions checked: licences, groups and suites must exist, and a group may be
/// given by its name. Subjects that the stored rules name already may stay, because a group can be deleted later.
///
/// # Errors
///
/// The fields that name something unknown.
#[crate::boxed]
pub async fn with_known_subjects(
    context: &Context,
    mut settings: Settings,
) -> Result<Settings, Error> {
    let stored = context.store.rule_settings().await?;
    let stored = stored.and_then(|stored| Settings::from_json(&stored.json).ok());
    let stored = stored.unwrap_or_default();
    let applications = context.engine.connectors().applications();
    let mut errors = Vec::new();

    let families = |key: &str| {
        let families = applications
            .iter()
            .flat_map(|application| application.licences);
        families.into_iter().find(|family| family.key == key)
    };
    let is_licence = |key: &str| {
        let licence = Licence::from_key(key);
        families(&licence.family).is_some_and(|family| licence.size.is_none() || !family.is_base())
    };
    for key in settings.per_licence.keys() {
        if !is_licence(key) && !stored.per_licence.contains_key(key) {
            let known = applications
                .iter()
                .flat_map(|application| application.licences);
            let known: Vec<&str> = known.map(|family| family.key).collect();
            errors.push(FieldError::new(
                format!("per_licence.{key}"),
                format!("is not a licence: known are {}", known.join(", ")),
            ));
        }
    }

    let per_group = std::mem::take(&mut settings.per_group);
    let groups = all_groups(context).await?;
    for (key, patch) in per_group {
        let id = if stored.per_group.contains_key(&key) {
            Ok(key.clone())
        } else {
            group_id(&groups, &key)
        };
        match id {
            Ok(id) => {
                settings.per_group.insert(id, patch);
            }
            Err(message) => errors.push(FieldError::new(format!("per_group.{key}"), message)),
        }
    }

    for (suite, carried) in &settings.suites {
        if stored.suites.contains_key(suite) {
            continue;
        }
        let path = format!("suites.{suite}");
        let suites = applications
            .iter()
            .flat_map(|application| application.suites.suites);
        let suites: Vec<&str> = suites.map(|known| known.value).collect();
        if !suites.contains(&suite.as_str()) {
            let message = format!("is not a suite: known are {}", suites.join(", "));
            errors.push(FieldError::new(&path, message));
        }
        for add_on in carried.iter().filter(|key| !is_licence(key)) {
            errors.push(FieldError::new(
                &path,
                format!("`{add_on}` is not an add-on"),
            ));
        }
    }
    if errors.is_empty() {
        Ok(settings)
    } else {
        Err(Error::parameters(errors))
    }
}

/// The groups of all integrations.
async fn all_groups(context: &Context) -> Result<Vec<Group>, Error> {
    let mut groups = Vec::new();
    for integration in context.store.integrations().await? {
        groups.extend(context.store.groups(integration.id).await?);
    }
    Ok(groups)
}

/// The id of the group with this id or name; otherwise what is wrong.
fn group_id(groups: &[Group], key: &str) -> Result<String, String> {
    if groups.iter().any(|group| group.id == key) {
        return Ok(key.to_owned());
    }
    let named = groups
        .iter()
        .filter(|group| group.name.eq_ignore_ascii_case(key));
    let ids: Vec<&str> = named.map(|group| group.id.as_str()).collect();
    match ids.as_slice() {
        [id] => Ok((*id).to_owned()),
        [] => Err("is not a group: give the name or the id of one".to_owned()),
        several => Err(format!(
            "is the name of several groups: give an id, {}",
            several.join(" or ")
        )),
    }
}
