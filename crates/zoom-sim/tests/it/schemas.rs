//! Checks the answer of every operation against Zoom's own schemas, if they are beside the project.

use crate::world::{World, config};
use serde_json::Value;
use std::path::Path;
use zoom_sim::ScopeStyle;

/// Finds differences between a value and a schema (the part of OpenAPI 3.0 that Zoom uses).
fn check(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(parts) = schema["allOf"].as_array() {
        for part in parts {
            check(part, value, at, wrong);
        }
    }
    if let Some(parts) = schema["oneOf"].as_array() {
        // Of several alternatives the first with a matching member counts, because the others accept
        // almost any value.
        let knows = |part: &&Value| {
            let of = part["properties"].as_object();
            value
                .as_object()
                .is_some_and(|v| v.keys().any(|key| of.is_some_and(|o| o.contains_key(key))))
        };
        match parts.iter().find(knows) {
            Some(part) => check(part, value, at, wrong),
            None => wrong.push(format!("{at}: no alternative fits")),
        }
    }
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    if !fits {
        wrong.push(format!("{at}: {value} is no {}", schema["type"]));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
        // The values in Zoom's document are rounded above 2^53.
        && value.as_u64().is_none_or(|number| number < 1 << 53)
    {
        wrong.push(format!("{at}: {value} is not listed"));
    }
    let length = value.as_str().map(|text| text.chars().count() as u64);
    if schema["maxLength"]
        .as_u64()
        .zip(length)
        .is_some_and(|(most, length)| length > most)
    {
        wrong.push(format!("{at}: too long"));
    }
    match (schema["format"].as_str(), value.as_str()) {
        (Some("date"), Some(text)) if text.len() != 10 => wrong.push(format!("{at}: {text}")),
        (Some("date-time"), Some(text)) if text.len() != 20 || !text.ends_with('Z') => {
            wrong.push(format!("{at}: {text}"));
        }
        (Some("email"), Some(text)) if !text.contains('@') => wrong.push(format!("{at}: {text}")),
        _ => {}
    }
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if value.get(name).is_none() {
            wrong.push(format!("{at}: {name} is missing"));
        }
    }
    if let (Some(properties), Some(members)) = (schema["properties"].as_object(), value.as_object())
    {
        for (name, schema) in properties {
            if let Some(member) = members.get(name) {
                check(schema, member, &format!("{at}.{name}"), wrong);
            }
        }
    }
    for item in value.as_array().into_iter().flatten() {
        check(&schema["items"], item, &format!("{at}[]"), wrong);
    }
}

const OPERATIONS: [(&str, &str, &str); 24] = [
    ("users", "/users", "/users?page_size=300"),
    (
        "users",
        "/users",
        "/users?page_size=300&status=inactive&include_fields=custom_attributes",
    ),
    ("users", "/users", "/users?page_size=300&status=pending"),
    ("users", "/users/{userId}", "/users/me"),
    ("users", "/users/{userId}/settings", "/users/me/settings"),
    (
        "users",
        "/users/{userId}/settings",
        "/users/me/settings?option=meeting_security",
    ),
    ("users", "/users/summary", "/users/summary"),
    (
        "users",
        "/users/{userId}/permissions",
        "/users/me/permissions",
    ),
    (
        "users",
        "/users/{userId}/assistants",
        "/users/me/assistants",
    ),
    (
        "users",
        "/users/email",
        "/users/email?email=nobody@example.com",
    ),
    ("users", "/groups", "/groups?page_size=300"),
    (
        "users",
        "/groups/{groupId}/members",
        "/groups/{group}/members?page_size=300",
    ),
    ("users", "/groups/{groupId}", "/groups/{group}"),
    (
        "accounts",
        "/accounts/{accountId}/settings",
        "/accounts/me/settings",
    ),
    (
        "accounts",
        "/accounts/{accountId}/settings",
        "/accounts/me/settings?option=security",
    ),
    (
        "accounts",
        "/accounts/{accountId}/lock_settings",
        "/accounts/me/lock_settings",
    ),
    (
        "accounts",
        "/accounts/{accountId}/managed_domains",
        "/accounts/me/managed_domains",
    ),
    (
        "accounts",
        "/accounts/{accountId}/trusted_domains",
        "/accounts/me/trusted_domains",
    ),
    (
        "meetings",
        "/report/users",
        "/report/users?type=active&from=2026-11-01&to=2026-11-22&page_size=300",
    ),
    (
        "meetings",
        "/report/history_meetings",
        "/report/history_meetings?from=2026-11-16&to=2026-11-22&page_size=300",
    ),
    (
        "meetings",
        "/report/daily",
        "/report/daily?year=2026&month=10",
    ),
    (
        "meetings",
        "/report/upcoming_events",
        "/report/upcoming_events?from=2026-11-23&to=2026-12-20&page_size=300",
    ),
    (
        "meetings",
        "/users/{userId}/meetings",
        "/users/me/meetings?type=upcoming",
    ),
    (
        "users",
        "/users/{userId}/schedulers",
        "/users/me/schedulers",
    ),
];

const LOGS: [(&str, &str, &str); 2] = [
    (
        "meetings",
        "/report/activities",
        "/report/activities?from=2026-11-01&to=2026-11-22&page_size=300",
    ),
    (
        "meetings",
        "/report/operationlogs",
        "/report/operationlogs?from=2026-10-25&to=2026-11-22&page_size=300",
    ),
];

#[tokio::test]
async fn answers_have_the_shape_that_zoom_documents() {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/zoom");
    if !documents.is_dir() {
        println!(
            "SKIPPED: Zoom's own documents are not at {}",
            documents.display()
        );
        return;
    }
    let mut config = config(500);
    config.scopes = ScopeStyle::Classic;
    let world = World::with(config).await;
    let group = world.get("/groups").await.json["groups"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut wrong = Vec::new();
    for (file, operation, path) in OPERATIONS.iter().chain(&LOGS) {
        let text = std::fs::read(documents.join(format!("{file}.openapi.json"))).unwrap();
        let document: Value = serde_json::from_slice(&text).unwrap();
        let schema = &document["paths"][operation]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        assert!(schema.is_object(), "{operation}");
        let answer = world.get(&path.replace("{group}", &group)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        check(schema, &answer.json, operation, &mut wrong);
    }
    // One user has a type that the documents no longer contain, as in old accounts.
    wrong.retain(|text| text != "/users.users[].type: 3 is not listed");
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
