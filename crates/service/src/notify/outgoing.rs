//! State of a process for outgoing messages: the client for webhooks, the limit of requests to the
//! answer page, and the signal that starts the jobs.

use std::sync::OnceLock;

use tokio::sync::Notify;

use super::webhook_client::WebhookClient;
use crate::questions::AnswerLimit;

/// One for each process.
#[derive(Debug, Default)]
pub struct Outgoing {
    webhooks: OnceLock<Option<WebhookClient>>,
    /// Limits the requests to the page where questions are answered.
    pub answers: AnswerLimit,
    job_run: Notify,
}

impl Outgoing {
    /// Sends webhooks through this client.
    pub fn through(webhooks: WebhookClient) -> Self {
        Self {
            webhooks: OnceLock::from(Some(webhooks)),
            ..Self::default()
        }
    }

    /// The client for webhooks; by default it reaches the public internet only. `None` if the HTTP
    /// client cannot be created on this machine.
    pub fn webhooks(&self) -> Option<&WebhookClient> {
        let made = self.webhooks.get_or_init(|| {
            WebhookClient::new(Vec::new())
                .inspect_err(|error| tracing::error!(%error, "webhooks can't be sent"))
                .ok()
        });
        made.as_ref()
    }

    /// Requests a run of the jobs, because something was stored that they may have to process.
    pub fn run_jobs(&self) {
        self.job_run.notify_one();
    }

    /// Waits until a run is requested.
    #[crate::boxed]
    pub async fn jobs_requested(&self) {
        self.job_run.notified().await;
    }
}
