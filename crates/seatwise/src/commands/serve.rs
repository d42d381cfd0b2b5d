//! `serve`: runs pages, API and scheduled syncs in one process.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use server::App;
use service::Context;
use service::notify::WebhookClient;
use store::{OAuthApp, StoreAccess};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::cli::{Common, Serve};
use crate::config::secret_from;
use crate::exit::Failure;
use crate::file_system::{self, network_file_system};
use crate::output::print;
use crate::serving::{listen, local_url, metrics, serve_until_stopped};
use crate::system::{SystemClock, SystemRandom};

pub(crate) async fn run(common: Common, serve: Serve) -> Result<(), Failure> {
    let oauth_app = oauth_app(&serve)?;
    let store = common.store(StoreAccess::Serve).await?;
    if !store.key_fits() {
        tracing::error!(
            "the master key is not the one that sealed the secrets of this database: no account can be read until \
             --master-key-file (SEATWISE_MASTER_KEY_FILE) names the right one, or every account is authorised again"
        );
    }
    if store.is_key_rotating().await? {
        tracing::warn!(
            "the rotation of the master key was interrupted: stop the server and run `seatwise key rotate` to finish it"
        );
    }
    if common.database_url.is_none()
        && let Some(kind) = network_file_system(&common.data_dir())
    {
        tracing::warn!(
            "the database is on a network file system ({kind}), which can damage it: {}",
            file_system::ADVICE
        );
    }
    let listener = listen(serve.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let public_url = match &serve.public_url {
        Some(text) => Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| {
                Failure::usage(format!(
                    "--public-url (SEATWISE_PUBLIC_URL): `{text}` is not an address such as https://seatwise.example.com"
                ))
            })?,
        None => local_url(address)?,
    };
    let engine = common.engine(store.clone())?;
    let outside = WebhookClient::new(serve.allow_webhooks_to.clone())
        .map_err(|error| Failure::other(format!("no HTTP client can be made: {error}")))?;
    let context = Context::new(
        store.clone(),
        engine.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        public_url.clone(),
    )
    .with_webhooks(outside);
    let app = Arc::new(App::new(
        context,
        server::Config {
            oauth_url: common.oauth_url()?,
            oauth_app,
            trust_forwarded_for: serve.trust_forwarded_for,
            metrics: metrics(),
        },
    ));
    print(&format!("Seatwise is at {public_url}"))?;
    let stop = CancellationToken::new();
    let worker = tokio::spawn({
        let stop = stop.clone();
        async move { engine.work(stop).await }
    });
    let jobs = tokio::spawn(service::jobs::run(Arc::clone(&app.context), stop.clone()));
    let ended = serve_until_stopped(listener, app, &stop).await;
    stop.cancel();
    for task in [worker.await.err(), jobs.await.err()].into_iter().flatten() {
        tracing::error!(error = %task, "a task of the server ended with an error");
    }
    store.close().await;
    ended
}

fn oauth_app(serve: &Serve) -> Result<Option<OAuthApp>, Failure> {
    match (&serve.zoom_client_id, &serve.zoom_client_secret_file) {
        (None, None) => Ok(None),
        (Some(client_id), Some(file)) => {
            let secret = secret_from(file)?;
            Ok(Some(OAuthApp {
                client_id: client_id.clone(),
                client_secret: secret.expose_secret().to_owned().into(),
            }))
        }
        (Some(_), None) => Err(Failure::usage(
            "--zoom-client-id needs --zoom-client-secret-file with the app's client secret",
        )),
        (None, Some(_)) => Err(Failure::usage(
            "--zoom-client-secret-file needs --zoom-client-id with the app's client id",
        )),
    }
}
