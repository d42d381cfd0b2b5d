//! The facts that a conclusion does not know.

use serde::Serialize;
use utoipa::ToSchema;

/// Something that is not known, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unknown {
    /// The subject: a short phrase in evidence, one word for programs in recommendations.
    #[schema(value_type = String)]
    pub what: &'static str,
    /// The reason, as a sentence.
    pub why: String,
}
