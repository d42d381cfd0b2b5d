use model::Application;

use crate::app::App;
use crate::failure::Failure;

/// The application with this key; a failure "not found" for any other text.
pub(super) fn application_of(app: &App, key: &str) -> Result<&'static Application, Failure> {
    app.context
        .engine
        .application(key)
        .ok_or_else(|| Failure::not_found("application"))
}
