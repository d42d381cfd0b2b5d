//! Plans of accounts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The plan of the account, which determines its rate limits. A member chooses it, because no call
/// returns it to an ordinary app.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Plan {
    /// A plan that does not cost money.
    Free,
    /// A Pro plan. The safe assumption, because its limits are low.
    Pro,
    /// A Business, Education, Enterprise or partner plan.
    Business,
}

crate::word_enum!(Plan);
