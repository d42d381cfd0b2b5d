//! Values that the binary or a test passes to the engine.

use std::sync::Arc;

use connector::Random;
use model::Clock;

use crate::connectors::Connectors;

/// Everything that the engine gets from outside, so that tests can replay a run.
#[derive(Clone)]
pub struct Config {
    /// The applications that can be connected.
    pub connectors: Connectors,
    /// The clock of all times that are stored.
    pub clock: Arc<dyn Clock>,
    /// Randomness for states, verifiers and names of locks.
    pub random: Arc<dyn Random>,
    /// Name of this process, unique among those that share the database.
    pub holder: String,
    /// Keys of the streams to read; `None` reads all. A stream that is left out keeps its state.
    pub only: Option<Vec<String>>,
}
