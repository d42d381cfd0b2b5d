use model::Application;

use crate::failure::Failure;

/// The application with this key; a failure "not found" for any other text.
pub(super) fn application_of(key: &str) -> Result<&'static Application, Failure> {
    sync::application(key).ok_or_else(|| Failure::not_found("application"))
}
