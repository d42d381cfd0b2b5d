//! `serve`: runs pages, API and scheduled syncs in one process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use server::App;
use service::Context;
use service::notify::WebhookClient;
use service::{proxy, setup_code};
use store::StoreAccess;
use tokio_util::sync::CancellationToken;

use crate::cli::Common;
use crate::config::WRONG_KEY_REMEDY;
use crate::exit::Failure;
use crate::file_system::{self, network_file_system};
use crate::output::{notice, print};
use crate::serving::{listen, local_url, metrics, nowhere, public_url, serve_until_stopped};
use crate::system::{SystemClock, SystemRandom};
use crate::zoom_options::oauth_apps;

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port on which to listen.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SEATWISE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Address under which browsers reach this server (default: http:// and the listening address). It has no path.
    /// Zoom redirects the browser to oauth/zoom/callback below this address.
    #[arg(long, value_name = "URL", env = "SEATWISE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Client id of the general OAuth app, as an alternative to entering it in the settings.
    #[arg(long, env = "SEATWISE_ZOOM_CLIENT_ID")]
    pub(crate) zoom_client_id: Option<String>,
    /// File with the client secret of the general OAuth app.
    #[arg(long, value_name = "FILE", env = "SEATWISE_ZOOM_CLIENT_SECRET_FILE")]
    pub(crate) zoom_client_secret_file: Option<PathBuf>,
    /// Use X-Forwarded-For when counting failed sign-ins, because a proxy of yours sets it.
    #[arg(long, env = "SEATWISE_TRUST_FORWARDED_FOR")]
    pub(crate) trust_forwarded_for: bool,
    /// Private networks that webhooks may reach, such as 10.1.0.0/16; separate several with commas.
    #[arg(
        long,
        value_name = "NETWORK",
        env = "SEATWISE_ALLOW_WEBHOOKS_TO",
        value_delimiter = ','
    )]
    pub(crate) allow_webhooks_to: Vec<service::notify::Network>,
}

pub(crate) async fn run(common: Common, serve: Serve) -> Result<(), Failure> {
    let oauth_apps = oauth_apps(
        serve.zoom_client_id.as_ref(),
        serve.zoom_client_secret_file.as_ref(),
    )?;
    let configured_url = serve.public_url.as_deref().map(public_url).transpose()?;
    let store = common.store(StoreAccess::Serve).await?;
    if !store.key_fits() {
        tracing::error!(
            "the master key is not the one that sealed the secrets of this database, so no account can be read: \
             {WRONG_KEY_REMEDY}"
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
    if let Err(error) = proxy::forget(&store).await {
        tracing::warn!(%error, "what is known about a proxy could not be reset");
    }
    let listener = listen(serve.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let public_url = match configured_url.clone() {
        Some(url) => url,
        None => local_url(address)?,
    };
    if configured_url.is_none()
        && let Some(warning) = nowhere(address)
    {
        tracing::warn!("{warning}");
    }
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
            oauth_apps,
            trust_forwarded_for: serve.trust_forwarded_for,
            metrics: metrics(),
        },
    ));
    if store.organisation().await?.is_none() {
        print_setup_code(&app.context).await;
    }
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

/// Prints the code that the set-up page asks for, because the first visitor could be anyone.
async fn print_setup_code(context: &Context) {
    let now = context.clock.now();
    match setup_code::issue(&context.store, &*context.random, now).await {
        Ok(code) => notice(&format!(
            "Seatwise has no owner yet. Open {}setup and enter this set-up code:\n\n    {code}\n\n\
             It is valid until there is an owner, and replaced at the next start. To create the owner without a \
             browser, run `seatwise owner create`.",
            context.public_url
        )),
        Err(error) => tracing::error!(
            %error,
            "no set-up code could be stored: restart the server when it can write, or run `seatwise owner create`"
        ),
    }
}
