use connector::Connector;
use model::Application;

use crate::app::App;
use crate::failure::Failure;

/// The connector of the application with this key; a failure "not found" for any other text.
pub(crate) fn connector_of<'a>(app: &'a App, key: &str) -> Result<&'a dyn Connector, Failure> {
    let connector = app.context.engine.connectors().connector(key);
    connector
        .map(|connector| &**connector)
        .ok_or_else(|| Failure::not_found("application"))
}

/// The application with this key; a failure "not found" for any other text.
pub(super) fn application_of(app: &App, key: &str) -> Result<&'static Application, Failure> {
    connector_of(app, key).map(Connector::application)
}
