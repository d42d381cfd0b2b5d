//! The applications that can be connected.

use std::sync::Arc;

use connector::Connector;
use model::Application;

/// The connectors of this installation, in the order in which pages list them. Cheap to clone.
#[derive(Clone)]
pub struct Connectors(Arc<[Arc<dyn Connector>]>);

impl Connectors {
    /// These connectors. Keys of applications must differ.
    #[must_use]
    pub fn new(connectors: Vec<Arc<dyn Connector>>) -> Self {
        Self(connectors.into())
    }

    /// All connectors, in the order of pages.
    #[must_use]
    pub fn all(&self) -> &[Arc<dyn Connector>] {
        &self.0
    }

    /// The connector of the application with this key.
    #[must_use]
    pub fn connector(&self, key: &str) -> Option<&Arc<dyn Connector>> {
        self.0.iter().find(|known| known.application().key == key)
    }

    /// The application with this key.
    #[must_use]
    pub fn application(&self, key: &str) -> Option<&'static Application> {
        self.connector(key).map(|known| known.application())
    }

    /// All applications, in the order of pages.
    #[must_use]
    pub fn applications(&self) -> Vec<&'static Application> {
        self.0.iter().map(|known| known.application()).collect()
    }
}
