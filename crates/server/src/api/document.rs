//! The description of the API as an OpenAPI 3.1 document. Paths and shapes come from the code; what
//! depends on the application (a user's metadata and the filters) is made from its declaration.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use insight::findings::finding_parameters;
use insight::query::{ParameterValues, QueryParameter, USER_PARAMETERS};
use model::{Application, Field, FieldKind};
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required,
    SecurityRequirement,
};

use super::problem::Problem;
use service::FieldError;

const ABOUT: &str = "Everything that the pages show, with the same filters and the same numbers. \
Sign in with an API token (`Authorization: Bearer swt_…`, made under Settings) or with a browser's \
session. Times are UTC. What is not known is null, never zero.";

/// The document with title, version and security schemes, but without paths.
pub(crate) fn base() -> OpenApi {
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Seatwise")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .build(),
        )
        .security(Some([
            SecurityRequirement::new("token", [] as [&str; 0]),
            SecurityRequirement::new("session", [] as [&str; 0]),
        ]))
        .build()
}

/// Adds the parts that all operations share and the parts that depend on the applications.
pub(crate) fn complete(mut document: OpenApi, applications: &[&'static Application]) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components
        .schemas
        .insert("Problem".to_owned(), Problem::schema());
    components
        .schemas
        .insert("FieldError".to_owned(), FieldError::schema());
    components
        .schemas
        .insert("Metadata".to_owned(), metadata(applications).into());
    for schema in components.schemas.values_mut() {
        use_metadata(schema);
    }
    components.security_schemes.insert(
        "token".to_owned(),
        RefOr::T(SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("swt_…")
                .build(),
        )),
    );
    components.security_schemes.insert(
        "session".to_owned(),
        RefOr::T(SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(
            "seatwise",
        )))),
    );
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            problems(operation);
            let parameters = match operation.operation_id.as_deref() {
                Some("listUsers") => filters(applications, true),
                Some("userFacets") => filters(applications, false),
                Some("listFindings") => finding_filters(applications, true),
                Some("findingFacets" | "findingSummary") => finding_filters(applications, false),
                _ => continue,
            };
            operation
                .parameters
                .get_or_insert_default()
                .extend(parameters.into_iter().map(RefOr::T));
        }
    }
    document
}

/// The operations of all methods of a path.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
        &mut item.trace,
    ]
    .into_iter()
    .flatten()
}

/// Adds the problem responses that every operation can return.
fn problems(operation: &mut Operation) {
    let mut add = |status: &str, description: &str| {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(problem(description)));
    };
    add(
        "400",
        "A parameter cannot be understood; `errors` names it.",
    );
    add("401", "No valid API token or session.");
    add("403", "The member's role does not allow it.");
    add("404", "There is no such thing.");
    add(
        "503",
        "Not available at the moment; `Retry-After` says when to try again.",
    );
}

fn problem(description: &str) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .build(),
        )
        .build()
}

fn fields(applications: &[&'static Application]) -> impl Iterator<Item = &'static Field> {
    applications
        .iter()
        .flat_map(|application| application.fields)
}

/// A user's metadata: one property for each field of the application.
fn metadata(applications: &[&'static Application]) -> Schema {
    let mut object = ObjectBuilder::new()
        .description(Some("Every field of the application; null where unknown."));
    for field in fields(applications) {
        object = object
            .property(field.key, value_schema(field))
            .required(field.key);
    }
    Schema::Object(object.build())
}

fn value_schema(field: &Field) -> Schema {
    let kind = match field.kind {
        FieldKind::Integer => Type::Integer,
        FieldKind::YesNo => Type::Boolean,
        FieldKind::Text | FieldKind::Choice(_) | FieldKind::Version => Type::String,
    };
    let mut help = format!("{}: {}", field.label, field.help);
    if let FieldKind::Choice(choices) = field.kind {
        let values: Vec<_> = choices
            .iter()
            .map(|choice| format!("`{}`", choice.value))
            .collect();
        let _ = write!(
            help,
            " One of {}; others are kept as they are.",
            values.join(", ")
        );
    }
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([kind, Type::Null]))
            .description(Some(help))
            .build(),
    )
}

/// Lets the property `metadata` of a schema refer to the schema `Metadata`.
fn use_metadata(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    if let Some(property) = object.properties.get_mut("metadata") {
        *property = RefOr::Ref(Ref::from_schema_name("Metadata"));
    }
}

/// The filters of users as query parameters.
fn filters(applications: &[&'static Application], paged: bool) -> Vec<Parameter> {
    let mut parameters = field_filters(applications);
    parameters.extend(described(&USER_PARAMETERS, applications, paged));
    parameters
}

/// The filters of findings: their own, the fields of users, and the others of users.
fn finding_filters(applications: &[&'static Application], paged: bool) -> Vec<Parameter> {
    let (own, of_users) = finding_parameters();
    let mut parameters = described(&own, applications, paged);
    parameters.extend(field_filters(applications));
    parameters.extend(described(&of_users, applications, paged));
    parameters
}

fn described(
    table: &[QueryParameter],
    applications: &[&'static Application],
    paged: bool,
) -> Vec<Parameter> {
    let fitting = table.iter().filter(|parameter| paged || !parameter.paging);
    fitting
        .map(
            |QueryParameter {
                 name, help, values, ..
             }| {
                let help = help(applications);
                match values {
                    ParameterValues::Texts => repeated(name, &help),
                    ParameterValues::Text => single(name, Type::String, &help),
                    ParameterValues::Number => single(name, Type::Integer, &help),
                }
            },
        )
        .collect()
}

/// The filters on the fields of the applications.
fn field_filters(applications: &[&'static Application]) -> Vec<Parameter> {
    let mut seen = BTreeSet::new();
    fields(applications)
        .filter(|field| seen.insert(field.key))
        .map(|field| {
            let accepted = match field.kind {
                FieldKind::Text => "a value",
                FieldKind::Integer => "a number, or a range such as `500..1000` or `>=500`",
                FieldKind::YesNo => "`yes` or `no`",
                FieldKind::Choice(_) => "a value or its name",
                FieldKind::Version => "a version or its beginning, such as `6.2`",
            };
            repeated(
                field.key,
                &format!("{} Takes {accepted}, `none` or `unknown`.", field.help),
            )
        })
        .collect()
}

fn parameter(name: &str, description: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
}

fn single(name: &str, kind: Type, description: &str) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(SchemaType::Type(kind))
        .build();
    parameter(name, description)
        .schema(Some(Schema::Object(schema)))
        .build()
}

fn repeated(name: &str, description: &str) -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .build();
    let list = ArrayBuilder::new()
        .items(RefOr::T(Schema::Object(text)))
        .build();
    parameter(name, &format!("{description} Repeat it for “or”."))
        .schema(Some(Schema::Array(list)))
        .explode(Some(true))
        .build()
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::HttpMethod;
    use utoipa::openapi::path::OperationBuilder;

    use super::*;

    #[test]
    fn operations_of_every_method_have_problem_responses() {
        for method in [
            HttpMethod::Get,
            HttpMethod::Post,
            HttpMethod::Put,
            HttpMethod::Patch,
            HttpMethod::Delete,
        ] {
            let mut document = base();
            let operation = OperationBuilder::new().build();
            let item = PathItem::new(method, operation);
            document.paths.paths.insert("/thing".to_owned(), item);
            let mut document = complete(document, &[]);
            let item = document.paths.paths.get_mut("/thing").unwrap();
            let operation = operations(item).next().unwrap();
            for status in ["400", "401", "403", "404", "503"] {
                assert!(operation.responses.responses.contains_key(status));
            }
        }
    }
}
