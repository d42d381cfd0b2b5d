//! Connections that send nothing, or too slowly, do not keep others from being served.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use model::Clock;
use server::{App, Config, ConnectionLimits};
use service::Context;
use testkit::database::Kind;
use testkit::install::Install;
use testkit::random::Seeded;
use testkit::web::Visitor;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

const LIMITS: ConnectionLimits = ConnectionLimits {
    headers: Duration::from_millis(300),
    connections: 3,
};

async fn start() -> (Install, SocketAddr) {
    let install = Install::new(Kind::Sqlite, 2).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let config = Config::default();
    let context = Context::new(
        install.store.clone(),
        install.engine.clone(),
        Arc::clone(&install.clock) as Arc<dyn Clock>,
        Arc::new(Seeded::new(1)),
        format!("http://{address}/").parse().unwrap(),
    );
    let app = App::new(context, config);
    tokio::spawn(server::serve_within(
        listener,
        app,
        std::future::pending(),
        LIMITS,
    ));
    (install, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s32_connections_without_a_request_are_closed_and_bounded() {
    let (_install, address) = start().await;
    // One that sends nothing, one with half a header, one that is idle after its first answer.
    let silent = TcpStream::connect(address).await.unwrap();
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: ")
        .await
        .unwrap();
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    // All places are taken. A further client is served as soon as one is free.
    let url: Url = format!("http://{address}/healthz").parse().unwrap();
    assert_eq!(Visitor::new().open(&url).await.body, "alive\n");
    for mut connection in [silent, half, idle] {
        let mut rest = Vec::new();
        let closed =
            tokio::time::timeout(testkit::wait::LONGEST, connection.read_to_end(&mut rest));
        // The end of the connection, orderly or not.
        let _ = closed.await.expect("the server closes it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_used_for_several_requests() {
    let (_install, address) = start().await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    for _ in 0..3 {
        connection
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"alive\n") {
            let read = connection.read_buf(&mut answer).await.unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        }
    }
}
