use serde::Serialize;
use service::FieldError;
use utoipa::ToSchema;

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the status and the code say what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    pub(crate) kind: &'static str,
    /// A short title, the same for every problem of this code.
    pub(crate) title: String,
    /// The HTTP status code.
    pub(crate) status: u16,
    /// A description of this occurrence of the problem.
    pub(crate) detail: String,
    /// A stable identifier of the problem for programs.
    pub(crate) code: &'static str,
    /// The action that solves the problem, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remedy: Option<String>,
    /// The invalid parameters with a message each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<FieldError>,
}
