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

/// The address that browsers use, as it is configured.
pub(crate) fn public_url(text: &str) -> Result<Url, Failure> {
    const SETTING: &str = "--public-url (SEATWISE_PUBLIC_URL)";
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| {
            Failure::usage(format!(
                "{SETTING}: `{text}` is not an address such as https://seatwise.example.com"
            ))
        })?;
    let has_more = url.query().is_some() || url.fragment().is_some();
    if url.path() != "/" || has_more || !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage(format!(
            "{SETTING}: Seatwise needs a host name or a port of its own and cannot be below a path: leave out \
             everything after the host and port, as in {}/",
            url.origin().ascii_serialization()
        )));
    }
    Ok(url)
}

/// A warning if the server listens on all interfaces, because no browser reaches that address.
pub(crate) fn nowhere(listening: SocketAddr) -> Option<String> {
    listening.ip().to_canonical().is_unspecified().then(|| {
        format!(
            "links in mails, and the address to which Zoom sends people back, begin with http://{listening}/, where no \
             browser gets: name the address that browsers use with --public-url (SEATWISE_PUBLIC_URL)"
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u15_a_public_address_has_no_path_and_names_the_right_one() {
        for right in [
            "https://seats.example",
            "http://127.0.0.1:8080/",
            "https://seats.example:8443",
        ] {
            assert!(public_url(right).is_ok(), "{right}");
        }
        for wrong in [
            "https://seats.example/seatwise",
            "https://seats.example/seatwise/",
            "https://seats.example/?a=b",
            "https://seats.example/#top",
            "https://user:secret@seats.example/",
        ] {
            let refused = public_url(wrong).unwrap_err();
            assert_eq!(refused.code(), 2);
            let text = refused.to_string();
            assert!(text.contains("SEATWISE_PUBLIC_URL"), "{text}");
            assert!(text.ends_with("https://seats.example/"), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn u15_an_address_of_all_interfaces_is_warned_about() {
        for (listening, warned) in [
            ("0.0.0.0:8080", true),
            ("[::]:8080", true),
            ("127.0.0.1:8080", false),
            ("[::1]:8080", false),
            ("192.0.2.1:8080", false),
        ] {
            let warning = nowhere(listening.parse().unwrap());
            assert_eq!(warning.is_some(), warned, "{listening}");
            let names = |text: String| text.contains("SEATWISE_PUBLIC_URL");
            assert!(warning.is_none_or(names));
        }
    }
}
