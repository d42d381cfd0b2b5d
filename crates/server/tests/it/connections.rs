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

/// The whole answer to these bytes, when the server has closed the connection.
async fn answer_to(address: SocketAddr, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    // Writing may fail when the server has answered before it has read everything.
    let _ = connection.write_all(request).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(testkit::wait::LONGEST, connection.read_to_end(&mut answer));
    let _ = read.await.expect("the server closes it");
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s42_answers_of_the_http_library_carry_the_security_headers() {
    let (_install, address) = start().await;
    let url: Url = format!("http://{address}/healthz").parse().unwrap();
    let ours = Visitor::new().open(&url).await.headers;
    let long = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(70_000));
    let many = format!(
        "GET / HTTP/1.1\r\nhost: a\r\n{}\r\n",
        "x: y\r\n".repeat(200)
    );
    for (request, status) in [
        ("nonsense\r\n\r\n", "400 Bad Request"),
        ("GET / HTTP/1.1\r\nb ad: x\r\n\r\n", "400 Bad Request"),
        (&long, "414 URI Too Long"),
        (&many, "431 Request Header Fields Too Large"),
    ] {
        let answer = answer_to(address, request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{answer}"
        );
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "");
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "cache-control",
        ] {
            let line = format!("{name}: {}", ours[name].to_str().unwrap());
            assert!(
                head.lines().any(|given| given == line),
                "{line} is not in {head}"
            );
        }
    }
    // Also after a request that could be read, whose answer stays as it is.
    let mut connection = TcpStream::connect(address).await.unwrap();
    let mut both = Vec::new();
    for request in [
        "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        connection.write_all(request.as_bytes()).await.unwrap();
        while !both.ends_with(b"alive\n") {
            assert!(connection.read_buf(&mut both).await.unwrap() > 0);
        }
    }
    connection.read_to_end(&mut both).await.unwrap();
    let both = String::from_utf8(both).unwrap();
    assert_eq!(both.matches("content-security-policy").count(), 2, "{both}");
    assert!(both.starts_with("HTTP/1.1 200 OK\r\n"), "{both}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s19_a_body_that_is_too_large_is_refused() {
    let (_install, address) = start().await;
    let url: Url = format!("http://{address}/setup").parse().unwrap();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let headers = [kind, ("sec-fetch-site", "same-origin")];
    for (bytes, status) in [(1024 * 1024, 422), (1024 * 1024 + 1, 413)] {
        let body = Some("a".repeat(bytes));
        let post = reqwest::Method::POST;
        let seen = Visitor::new().send(post, &url, &headers, body).await;
        assert_eq!(seen.status, status, "{bytes}: {}", seen.body);
        assert_eq!(seen.headers["x-frame-options"], "DENY");
    }
}
