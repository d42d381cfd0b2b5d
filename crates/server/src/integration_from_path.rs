use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use model::{Application, Integration};

use crate::app::SharedApp;
use crate::failure::Failure;

/// The integration with the number `{id}` of the path, and its application. Any other text is "not
/// found".
#[derive(Debug, Clone)]
pub(crate) struct IntegrationFromPath {
    pub(crate) integration: Integration,
    pub(crate) application: &'static Application,
}

impl FromRequestParts<SharedApp> for IntegrationFromPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Failure> {
        let none = || Failure::not_found("integration");
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| none())?;
        let (_, text) = params
            .iter()
            .find(|(name, _)| *name == "id")
            .ok_or_else(none)?;
        // `+1` and `01` are rejected, because an integration has only one address.
        let id = text.parse().map_err(|_| none())?;
        let integration = app.context.store.integration(id).await?;
        let integration = integration
            .filter(|integration| integration.id.to_string() == text)
            .ok_or_else(none)?;
        let application = app
            .context
            .engine
            .application(&integration.application)
            .ok_or_else(none)?;
        Ok(Self {
            integration,
            application,
        })
    }
}
