//! What the application holds for everything that goes out of the house: the way out, the count of
//! who comes to answer, and the bell that wakes the duties.

use std::sync::OnceLock;

use tokio::sync::Notify;

use super::webhook_client::WebhookClient;
use crate::questions::AnswerLimit;

/// Held by the application, made empty.
#[derive(Debug, Default)]
pub struct Outgoing {
    outside: OnceLock<Option<WebhookClient>>,
    /// Who comes to answer, and how often.
    pub answers: AnswerLimit,
    bell: Notify,
}

impl Outgoing {
    /// Goes out this way.
    pub fn through(outside: WebhookClient) -> Self {
        Self {
            outside: OnceLock::from(Some(outside)),
            ..Self::default()
        }
    }

    /// The way out; when none was given, to the public internet only. `None` when this machine can't
    /// make an HTTP client.
    pub fn outside(&self) -> Option<&WebhookClient> {
        let made = self.outside.get_or_init(|| {
            WebhookClient::new(Vec::new())
                .inspect_err(|error| tracing::error!(%error, "webhooks can't be sent"))
                .ok()
        });
        made.as_ref()
    }

    /// Something was stored that a duty may have to do with.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// Waits until somebody wakes the duties.
    pub async fn woken(&self) {
        self.bell.notified().await;
    }
}
