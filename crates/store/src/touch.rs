//! Times of last use, of tokens and sessions. They are stored beside the request that they belong
//! to, because reading must work while nothing can be written, and must not wait for a writer.

use std::sync::PoisonError;
use std::time::Duration;

use model::Timestamp;

use crate::db::args;
use crate::{Result, Store};

/// How long a request waits for its time of use to be stored. It is stored later otherwise.
const WAIT: Duration = Duration::from_millis(250);

impl Store {
    /// Moves the end of a session, at the latest a moment after this returns. Nothing happens when
    /// that is not possible now: the next request of the session tries again.
    #[crate::boxed]
    pub async fn extend_session(&self, token_hash: &str, expires: Timestamp) {
        let (store, hash) = (self.clone(), token_hash.to_owned());
        self.touch(format!("session {token_hash}"), async move {
            let mut tx = store.begin().await?;
            tx.execute(
                "UPDATE sessions SET expires_at = $1
                 WHERE organisation_id = 1 AND token_hash = $2",
                args![expires, hash],
            )
            .await?;
            tx.commit().await
        })
        .await;
    }

    pub(crate) async fn record_token_use(&self, token: i64, now: Timestamp) {
        let store = self.clone();
        self.touch(format!("token {token}"), async move {
            let mut tx = store.begin().await?;
            tx.execute(
                "UPDATE api_tokens SET last_used_at = $1
                 WHERE organisation_id = 1 AND token_id = $2",
                args![now, token],
            )
            .await?;
            tx.commit().await
        })
        .await;
    }

    /// Stores a time of use in a task of its own, unless the one for this key is being stored.
    async fn touch(&self, key: String, work: impl Future<Output = Result<()>> + Send + 'static) {
        if !self.lock_touching().insert(key.clone()) {
            return;
        }
        let store = self.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = work.await {
                tracing::debug!(%error, "a time of last use was not stored");
            }
            store.lock_touching().remove(&key);
        });
        // Neither a slow nor a failed write concerns the request.
        let _ = tokio::time::timeout(WAIT, task).await;
    }

    fn lock_touching(&self) -> std::sync::MutexGuard<'_, std::collections::HashSet<String>> {
        // A set stays whole whatever panicked while it was locked.
        self.inner
            .touching
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
