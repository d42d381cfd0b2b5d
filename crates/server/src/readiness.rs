//! Whether this process can do its work: the database can be read and written, and the master key
//! opens its secrets.

use std::time::Duration;

use service::Context;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Longest time of each of the two checks, because the answer must come before monitoring systems
/// give up.
const LONGEST: Duration = Duration::from_millis(900);
/// How long the result of a write counts, because anyone may ask.
const KEPT: Duration = Duration::from_secs(1);

/// The last result of a write.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Result<(), String>)>>);

impl Readiness {
    /// Checks readiness; the error is a clause for people.
    pub(crate) async fn check(&self, context: &Context) -> Result<(), String> {
        let result = match timeout(LONGEST, opens_secrets(context)).await {
            Ok(Ok(true)) => self.written(context).await,
            Ok(Ok(false)) => {
                Err("the master key is not the one that sealed the secrets in the database".into())
            }
            Ok(Err(error)) => Err(clause(&error)),
            Err(_) => Err("the database does not answer".into()),
        };
        if let Err(reason) = &result {
            tracing::warn!(reason, "not ready");
        }
        result
    }

    async fn written(&self, context: &Context) -> Result<(), String> {
        let mut last = self.0.lock().await;
        if let Some((at, result)) = last.as_ref()
            && at.elapsed() < KEPT
        {
            return result.clone();
        }
        let store = &context.store;
        let result = match timeout(LONGEST, store.probe_write()).await {
            Ok(written) => written.map_err(|error| clause(&error)),
            // The only writer of SQLite may be busy for longer, which is no fault.
            Err(_) if store.has_one_writer() => Ok(()),
            Err(_) => Err("the database does not answer".into()),
        };
        *last = Some((Instant::now(), result.clone()));
        result
    }
}

fn clause(error: &store::Error) -> String {
    match error.storage_fault() {
        Some(fault) => fault.sentence().to_owned(),
        None => "the database does not answer".to_owned(),
    }
}

/// Whether the master key opens the stored secrets. One secret of each kind is enough, because all
/// are sealed with the same key.
async fn opens_secrets(context: &Context) -> Result<bool, store::Error> {
    context.store.organisation().await?;
    let opened = async {
        for application in context.engine.connectors().applications() {
            context.store.oauth_app(application.key).await?;
        }
        if let Some(integration) = context.store.integrations().await?.first() {
            context.store.connection(integration.id).await?;
        }
        Ok(true)
    };
    match opened.await {
        Err(store::Error::Sealed { .. } | store::Error::KeyMissing { .. }) => Ok(false),
        result => result,
    }
}
