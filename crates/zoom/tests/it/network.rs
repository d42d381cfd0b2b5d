//! The real transport against real sockets on loopback.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use zoom::pacer::{Limits, Pacer};
use zoom::transport::{
    HttpRequest, HttpResponse, Method, ReqwestTransport, Transport as _, TransportError,
};
use zoom::{Client, Hosts};

use crate::script::{Tokens, clock};

/// The compressed form of `{"groups":[{"id":"g1","name":"Sales","total_members":3}],"next_page_token":""}`
const GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 47, 202, 47, 45, 40, 86, 178, 138, 174, 86, 202,
    76, 81, 178, 82, 74, 55, 84, 210, 81, 202, 75, 204, 77, 5, 178, 131, 19, 115, 82, 139, 129,
    220, 146, 252, 146, 196, 156, 248, 220, 212, 220, 164, 212, 34, 160, 82, 227, 218, 88, 160,
    146, 212, 138, 146, 248, 130, 196, 244, 212, 248, 146, 252, 236, 212, 60, 160, 106, 165, 90, 0,
    195, 19, 227, 213, 78, 0, 0, 0,
];

/// A server that sends the given pieces, with a pause before each, and then closes.
async fn serving(pieces: Vec<Vec<u8>>, pause: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let pieces = pieces.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    let mut buffer = [0; 1024];
                    match socket.read(&mut buffer).await {
                        Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                        _ => return,
                    }
                }
                for piece in pieces {
                    tokio::time::sleep(pause).await;
                    if socket.write_all(&piece).await.is_err() {
                        return;
                    }
                }
                let _ = socket.shutdown().await;
            });
        }
    });
    address
}

fn get(address: SocketAddr) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url: format!("http://{address}/v2/groups").parse().unwrap(),
        headers: vec![("authorization".to_owned(), "Bearer t".to_owned())],
        body: None,
    }
}

fn http(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes(), body].concat()
}

fn short() -> ReqwestTransport {
    let transport = ReqwestTransport::with(
        Duration::from_millis(900),
        Duration::from_millis(300),
        64 * 1024,
    );
    transport.unwrap()
}

async fn answer(pieces: Vec<Vec<u8>>, pause_ms: u64) -> Result<HttpResponse, TransportError> {
    let address = serving(pieces, Duration::from_millis(pause_ms)).await;
    short().send(get(address)).await
}

#[tokio::test]
async fn a_page_travels_compressed_through_the_whole_client() {
    let head = format!(
        "content-encoding: gzip\r\ncontent-length: {}\r\n",
        GZIP.len()
    );
    let address = serving(vec![http(&head, GZIP)], Duration::ZERO).await;
    let now = clock();
    let client = Client::new(
        Arc::new(ReqwestTransport::new().unwrap()),
        Arc::new(Tokens::new(&format!("http://{address}"))),
        Arc::new(Pacer::new(Limits::unlimited(), Arc::clone(&now), &[])),
        Hosts {
            allow_loopback: true,
        },
        now,
        Arc::new(|| 0.0),
    );
    let page = client.groups(300, None).await.unwrap();
    assert_eq!(page.items[0].name.as_deref(), Some("Sales"));
}

#[tokio::test]
async fn r16_single_bytes_make_a_whole() {
    let whole = http("content-length: 2\r\n", b"{}");
    let pieces = whole.iter().map(|byte| vec![*byte]).collect();
    assert_eq!(&answer(pieces, 0).await.unwrap().body[..], b"{}");
}

#[tokio::test]
async fn r16_slow_and_silent_servers_run_into_a_time_out() {
    // Slow, but never silent for long: the total time counts.
    let slow: Vec<Vec<u8>> = http("content-length: 200\r\n", b"")
        .chunks(4)
        .map(<[u8]>::to_vec)
        .collect();
    assert_eq!(
        answer(slow, 150).await.unwrap_err(),
        TransportError::Timeout
    );
    // Silent after the head: the idle time counts.
    let silent = vec![http("content-length: 200\r\n", b"{"), vec![]];
    let address = serving(silent, Duration::from_millis(600)).await;
    let patient = ReqwestTransport::with(
        Duration::from_secs(20),
        Duration::from_millis(100),
        64 * 1024,
    );
    let error = patient.unwrap().send(get(address)).await.unwrap_err();
    assert_eq!(error, TransportError::Timeout);
}

#[tokio::test]
async fn r16_a_connection_cut_at_any_byte_is_an_error() {
    let whole = http("content-length: 13\r\n", br#"{"groups":[]}"#);
    for end in 0..whole.len() {
        let outcome = answer(vec![whole[..end].to_vec()], 0).await;
        assert!(outcome.is_err(), "{end}: {outcome:?}");
    }
    assert!(answer(vec![whole], 0).await.is_ok());
}

#[tokio::test]
async fn r14_a_compressed_body_cut_at_any_byte_is_an_error() {
    for end in 0..GZIP.len() {
        // The length fits, so that only the decompression fails.
        let head = format!("content-encoding: gzip\r\ncontent-length: {end}\r\n");
        let outcome = answer(vec![http(&head, &GZIP[..end])], 0).await;
        let empty = outcome
            .as_ref()
            .is_ok_and(|response| response.body.is_empty());
        assert!(
            outcome.is_err() || (end == 0 && empty),
            "{end}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn r15_large_bodies_are_refused_announced_or_not() {
    let announced = vec![http("content-length: 99999999\r\n", b"{")];
    let limit = TransportError::TooLarge { limit: 64 * 1024 };
    assert_eq!(answer(announced, 0).await.unwrap_err(), limit);
    let unannounced = vec![http("", &[b' '; 70_000])];
    assert_eq!(answer(unannounced, 0).await.unwrap_err(), limit);
    let fits = vec![http("", &[b' '; 64 * 1024])];
    assert_eq!(answer(fits, 0).await.unwrap().body.len(), 64 * 1024);
}

#[tokio::test]
async fn s15_redirects_are_not_followed() {
    let head =
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/stolen\r\ncontent-length: 0\r\n\r\n";
    let response = answer(vec![head.to_vec()], 0).await.unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(
        response.header("Location"),
        Some("http://127.0.0.1:9/stolen")
    );
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = short().send(get(address)).await.unwrap_err();
    assert!(matches!(error, TransportError::Connect(_)), "{error:?}");
}
