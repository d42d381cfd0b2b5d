//! The network address of a client, and whether a proxy has passed its request on.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// The headers in which proxies name their client.
const FORWARDED: [&str; 2] = ["x-forwarded-for", "forwarded"];

/// The client's address for throttling: a whole IPv4 address, or the /64 network of an IPv6
/// address. `X-Forwarded-For` counts only with a trusted proxy, and then its last entry.
pub(crate) fn client(
    extensions: &Extensions,
    headers: &HeaderMap,
    trust_forwarded: bool,
) -> String {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse::<IpAddr>()
            .ok()
    };
    let address = if trust_forwarded {
        forwarded().or_else(|| peer(extensions))
    } else {
        peer(extensions)
    };
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let bits = u128::from(address) & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from(bits))
        }
        None => "unknown".to_owned(),
    }
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip())
}

/// Whether requests have come through a proxy whose header is not trusted. All people have the same
/// address then.
#[derive(Debug, Default)]
pub(crate) struct UnknownProxy(AtomicBool);

impl UnknownProxy {
    pub(crate) fn was_seen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Remembers it; true for the first time.
    pub(crate) fn is_new(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// Only a neighbour can be a proxy of this installation; others may send the header to mislead.
pub(crate) fn came_through_proxy(extensions: &Extensions, headers: &HeaderMap) -> bool {
    let neighbour = peer(extensions).is_some_and(|address| match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    });
    neighbour && FORWARDED.iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(peer: &str, forwarded: &[(&'static str, &'static str)]) -> (Extensions, HeaderMap) {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        for (name, value) in forwarded {
            headers.append(*name, value.parse().unwrap());
        }
        (extensions, headers)
    }

    fn seen(peer: &str, forwarded: &[&'static str], trust: bool) -> String {
        let forwarded: Vec<_> = forwarded
            .iter()
            .map(|value| ("x-forwarded-for", *value))
            .collect();
        let (extensions, headers) = request(peer, &forwarded);
        client(&extensions, &headers, trust)
    }

    #[test]
    fn s17_the_client_address_cannot_be_forged() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], false), "192.0.2.1");
        assert_eq!(
            seen(
                "192.0.2.1",
                &["203.0.113.9", "10.0.0.1, 198.51.100.7"],
                true
            ),
            "198.51.100.7"
        );
        assert_eq!(seen("192.0.2.1", &["nonsense"], true), "192.0.2.1");
        assert_eq!(seen("::ffff:192.0.2.1", &[], false), "192.0.2.1");
        assert_eq!(
            seen("2001:db8:1:2:3:4:5:6", &[], false),
            seen("2001:db8:1:2:ffff::1", &[], false)
        );
    }

    #[test]
    fn s33_only_a_neighbour_can_be_a_proxy() {
        let through = |peer, name| {
            let (extensions, headers) = request(peer, &[(name, "198.51.100.7")]);
            came_through_proxy(&extensions, &headers)
        };
        for neighbour in [
            "127.0.0.1",
            "::1",
            "10.0.0.2",
            "::ffff:172.17.0.1",
            "fd00::1",
        ] {
            assert!(through(neighbour, "x-forwarded-for"), "{neighbour}");
            assert!(through(neighbour, "forwarded"), "{neighbour}");
            assert!(!through(neighbour, "accept"), "{neighbour}");
        }
        for stranger in ["198.51.100.9", "2001:db8::1"] {
            assert!(!through(stranger, "x-forwarded-for"), "{stranger}");
        }
    }
}
