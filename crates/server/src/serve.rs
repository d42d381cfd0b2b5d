//! Runs the application on a listening socket until shutdown. Connections are bounded in number, and
//! one that sends no request is closed, because otherwise a few clients could occupy the server.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::app::App;
use crate::library_answers::{Unread, WithHeaders};
use crate::router::router;

/// Bounds of the connections of a server.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Longest time from the beginning of a connection, or the end of an answer, to the end of the
    /// next request's headers.
    pub headers: Duration,
    /// How many connections may be open at the same time. Further ones wait.
    pub connections: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(30),
            connections: 1_000,
        }
    }
}

/// Pause after a connection could not be accepted, usually because the process has no file
/// descriptors left.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves requests until `shutdown` completes; then running requests may finish. Progress streams
/// are closed, because they would never end by themselves.
///
/// # Errors
///
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    app: impl Into<Arc<App>>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, app, shutdown, ConnectionLimits::default()).await
}

/// Like [`serve`], with other bounds.
///
/// # Errors
///
/// When the socket fails.
pub async fn serve_within(
    listener: TcpListener,
    app: impl Into<Arc<App>>,
    shutdown: impl Future<Output = ()> + Send + 'static,
    limits: ConnectionLimits,
) -> io::Result<()> {
    let app = app.into();
    let streams = app.context.closing.clone();
    let security = app.headers.lines();
    let router = router(app);
    let places = Arc::new(Semaphore::new(limits.connections));
    let (closing, connections) = (CancellationToken::new(), TaskTracker::new());
    let accept = async {
        loop {
            // The semaphore is never closed.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, address)) => {
                    let connection = Connection {
                        router: router.clone(),
                        address,
                        headers: limits.headers,
                        security: Arc::clone(&security),
                        closing: closing.clone(),
                        _place: place,
                    };
                    connections.spawn(connection.serve(stream));
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accept => {}
        () = shutdown => {}
    }
    drop(listener);
    streams.cancel();
    closing.cancel();
    connections.close();
    connections.wait().await;
    Ok(())
}

/// One connection of a client.
struct Connection {
    router: Router,
    address: SocketAddr,
    headers: Duration,
    /// The security headers as text.
    security: Arc<[u8]>,
    closing: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        // Without this, small answers wait for the client's acknowledgement. It only costs time if it
        // fails.
        let _ = stream.set_nodelay(true);
        let unread = Unread::default();
        let service = service_fn(|mut request: hyper::Request<Incoming>| {
            unread.received();
            request.extensions_mut().insert(ConnectInfo(self.address));
            self.router.clone().oneshot(request)
        });
        let stream = WithHeaders::new(stream, unread.clone(), self.security);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.headers)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.closing.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}
