//! Steps that all commands with a server share: listening, stopping, metrics.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::exit::Failure;

/// Time that clients have to finish their requests after a request to stop.
const DRAIN: Duration = Duration::from_secs(4);

/// Upper bounds of the buckets of response times, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Binds a listening socket; `flag` is the argument that the error suggests to change.
pub(crate) async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::other(format!(
            "can't listen on {address} ({error}); choose another address with {flag}, port 0 takes a free one"
        ))
    })
}

/// The address under which a server on this machine is reached.
pub(crate) fn local_url(address: SocketAddr) -> Result<Url, Failure> {
    Url::parse(&format!("http://{address}/"))
        .map_err(|error| Failure::other(format!("{address} makes no address: {error}")))
}

/// Installs the recorder of metrics; `None` if there is one already.
pub(crate) fn metrics() -> Option<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .ok()?
        .install_recorder()
        .ok()
}

/// Waits for Ctrl-C or, on Unix, for SIGTERM.
pub(crate) async fn stop_requested() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

/// Serves until a stop is requested. Then `stop` is cancelled at once, so that workers end, and clients
/// have a few seconds to finish.
pub(crate) async fn serve_until_stopped(
    listener: TcpListener,
    app: Arc<server::App>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    tokio::spawn({
        let stop = stop.clone();
        async move {
            stop_requested().await;
            stop.cancel();
        }
    });
    let serving = server::serve(listener, app, stop.clone().cancelled_owned());
    let drained = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(Failure::from),
        // The wait is limited because a client may hold a connection open without finishing a request.
        () = drained => Ok(()),
    }
}
