//! Runs the application on a listening socket until shutdown.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::app::App;
use crate::router::router;

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
    let app = app.into();
    let closing = app.context.closing.clone();
    let shutdown = async move {
        shutdown.await;
        closing.cancel();
    };
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(shutdown)
        .await
}
