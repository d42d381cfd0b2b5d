//! `/api`: the OpenAPI document in a readable form.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::parts::{Shell, page};

#[derive(Debug, Clone)]
pub struct ApiPage {
    /// The OpenAPI 3.1 document as JSON.
    pub document: Value,
    /// Address at which this server is reached: `https://seatwise.example`.
    pub base: String,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    item: &'a Value,
    id: String,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let Some(paths) = document["paths"].as_object() else {
        return Vec::new();
    };
    paths
        .iter()
        .flat_map(|(path, item)| {
            METHODS.into_iter().filter_map(move |method| {
                let operation = item.get(method)?;
                let id = operation["operationId"].as_str().map_or_else(
                    || format!("{method}{}", path.replace(['/', '{', '}'], "-")),
                    ToOwned::to_owned,
                );
                Some(Operation {
                    method,
                    path,
                    item: operation,
                    id,
                })
            })
        })
        .collect()
}

#[must_use]
pub fn page(shell: &Shell, view: &ApiPage) -> Markup {
    let all = operations(&view.document);
    let body = html! {
        (page::plain_head("API", "Everything on these pages for your scripts, with the same filters and numbers.", &html! { a.button href="/api/openapi.json" { "OpenAPI document" } }))
        div.with-contents {
            nav.contents aria-label="Operations" {
                ul { @for each in &all { li { a href={ "#" (each.id) } { span.method { (each.method.to_uppercase()) } span { (short(each.path)) } } } } }
            }
            div {
                section.card {
                    h2 { "Getting started" }
                    p { "Create a token under " a href="/settings#tokens" { "Settings" } " and send it with each request. Lists come in pages: pass " code { "next_cursor" } " as " code { "cursor" } " until it is null. Errors are problem details (RFC 9457)." }
                    div.frame tabindex="0" role="region" aria-label="Example" { pre { code { "curl -H \"Authorization: Bearer $TOKEN\" \\\n  " (view.base) "/api/v1/integrations" } } }
                }
                @for each in &all { (operation(each)) }
                (schemas(&view.document))
            }
        }
    };
    shell.page("API", &body)
}

fn short(path: &str) -> &str {
    path.strip_prefix("/api/v1")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(path)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn operation(operation: &Operation<'_>) -> Markup {
    let item = operation.item;
    let parameters = item["parameters"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    html! {
        section.card.operation id=(operation.id) {
            h2 { span.method { (operation.method.to_uppercase()) } code { (operation.path) } }
            p.card-lead { (text(item, "summary")) }
            @if !text(item, "description").is_empty() && text(item, "description") != text(item, "summary") { p { (text(item, "description")) } }
            @if !parameters.is_empty() {
                h3 { "Parameters" }
                dl.definitions.parameters {
                    @for parameter in parameters {
                        div {
                            dt { code { (text(parameter, "name")) } span.muted { (text(parameter, "in")) @if parameter["required"] == true { ", required" } } }
                            dd { (text(parameter, "description")) span.muted.type { (type_of(&parameter["schema"])) } }
                        }
                    }
                }
            }
            @if let Some(schema) = media(&item["requestBody"]) {
                h3 { "Body" }
                p { (type_markup(schema)) }
            }
            @if let Some(responses) = item["responses"].as_object() {
                h3 { "Answers" }
                dl.definitions.parameters {
                    @for (status, response) in responses {
                        div {
                            dt { code { (status) } }
                            dd { (text(response, "description")) @if let Some(schema) = media(response) { " " (type_markup(schema)) } }
                        }
                    }
                }
            }
        }
    }
}

fn media(holder: &Value) -> Option<&Value> {
    holder["content"]
        .as_object()?
        .values()
        .next()?
        .get("schema")
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn type_markup(schema: &Value) -> Markup {
    let named = reference(schema).or_else(|| reference(&schema["items"]));
    html! {
        @if let Some(name) = named { a href={ "#schema-" (name) } { (type_of(schema)) } }
        @else { span.muted { (type_of(schema)) } }
    }
}

/// A type in words, such as "list of User" or "text or null".
fn type_of(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return name.to_owned();
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[key].as_array() {
            return choices.iter().map(type_of).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(", ");
    }
    let one = |kind: &str| match kind {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "string" => match text(schema, "format") {
            "date" => "date".to_owned(),
            "date-time" => "moment (RFC 3339)".to_owned(),
            _ => "text".to_owned(),
        },
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        other => other.to_owned(),
    };
    match &schema["type"] {
        Value::String(kind) => one(kind),
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .map(one)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "anything".to_owned(),
    }
}

fn schemas(document: &Value) -> Markup {
    let empty = Map::new();
    let all = document["components"]["schemas"]
        .as_object()
        .unwrap_or(&empty);
    html! {
        @for (name, schema) in all {
            section.card.operation id={ "schema-" (name) } {
                h2 { (name) }
                p.card-lead { (text(schema, "description")) }
                @if let Some(properties) = schema["properties"].as_object() {
                    dl.definitions.parameters {
                        @for (key, property) in properties {
                            div { dt { code { (key) } } dd { (text(property, "description")) " " (type_markup(property)) } }
                        }
                    }
                } @else { p { (type_of(schema)) } }
            }
        }
    }
}
