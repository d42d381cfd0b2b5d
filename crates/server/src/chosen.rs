//! The integration that an address names.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use model::{Application, Integration};

use crate::app::Shared;
use crate::failure::Failure;

/// The integration named by `{id}` in the path, with its application. Anything that is not the
/// number of an integration is not found.
#[derive(Debug, Clone)]
pub(crate) struct IntegrationFromPath {
    pub(crate) integration: Integration,
    pub(crate) application: &'static Application,
}

impl FromRequestParts<Shared> for IntegrationFromPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let none = || Failure::not_found("integration");
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| none())?;
        let (_, text) = params
            .iter()
            .find(|(name, _)| *name == "id")
            .ok_or_else(none)?;
        // `+1` and `01` are the same number, but not the address of anything.
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
