//! The hosts to which tokens may be sent.

use zoom::{Error, Hosts};

#[test]
fn s15_only_zooms_own_hosts_are_allowed() {
    let zoom = Hosts::default();
    for (address, normal) in [
        ("https://zoom.us/oauth", "https://zoom.us/oauth"),
        ("https://api.zoom.us", "https://api.zoom.us/"),
        ("https://api-us.zoom.us/", "https://api-us.zoom.us/"),
        ("https://api-us.zoom.us/v2/", "https://api-us.zoom.us/v2"),
        ("https://eu01api.zoom.us/", "https://eu01api.zoom.us/"),
        ("https://API.Zoom.US", "https://api.zoom.us/"),
        ("https://api.zoom.us:443", "https://api.zoom.us/"),
        ("https://api.zoomgov.com", "https://api.zoomgov.com/"),
        ("https://zoomgov.com/oauth/", "https://zoomgov.com/oauth"),
    ] {
        let url = zoom
            .check(address)
            .unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!(url.as_str(), normal);
    }
    for address in [
        "",
        "zoom.us",
        "//zoom.us",
        "http://api.zoom.us",
        "ftp://zoom.us",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,zoom.us",
        "https://zoom.us.evil.example",
        "https://evilzoom.us",
        "https://evil-zoom.us",
        "https://zoom.us.",
        "https://api.zoom.us./v2",
        "https://zoom.com",
        "https://zoom.us.com",
        "https://api.zoom.us:8443",
        "https://api.zoom.us:80",
        "https://user@api.zoom.us",
        "https://user:secret@api.zoom.us",
        "https://@api.zoom.us",
        "https://api.zoom.us@evil.example",
        "https://api.zoom.us%40evil.example",
        "https://api.zoom.us\\@evil.example",
        "https://evil.example\\.zoom.us",
        "https://evil.example#.zoom.us",
        "https://evil.example?.zoom.us",
        "https://evil.example/.zoom.us",
        "https://api.zoom.us?token=1",
        "https://api.zoom.us#fragment",
        " https://api.zoom.us",
        "https://api.zoom.us\n",
        "https://api.zo\tom.us",
        "https://zoom\u{3002}us\u{3002}evil.example",
        "https://zооm.us",
        "https://10.0.0.1",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]",
        "https://[fe80::1]",
        "https://[::ffff:127.0.0.1]",
        "https://127.0.0.1",
        "http://127.0.0.1:8081",
        "http://localhost:8081",
        "http://2130706433",
        "http://0x7f.1",
        "http://0.0.0.0",
        "https://",
    ] {
        let refused = zoom.check(address);
        assert!(
            matches!(refused, Err(Error::HostRefused { .. })),
            "{address}: {refused:?}"
        );
    }
}

#[test]
fn s15_loopback_only_when_the_operator_asked_for_it() {
    let local = Hosts {
        allow_loopback: true,
    };
    for address in [
        "http://127.0.0.1:8081",
        "http://127.0.0.1:8081/oauth",
        "https://127.0.0.1:8443",
        "http://[::1]:8081",
        "http://localhost:8081",
        "https://api.zoom.us",
    ] {
        assert!(local.check(address).is_ok(), "{address}");
    }
    for address in [
        "http://api.zoom.us",
        "http://10.0.0.1:8081",
        "http://0.0.0.0:8081",
        "http://[::]:8081",
        "http://[::ffff:127.0.0.1]:8081",
        "http://169.254.169.254",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://evil.example@127.0.0.1",
        "http://localhost.:8081",
        "ftp://127.0.0.1",
    ] {
        assert!(local.check(address).is_err(), "{address}");
    }
}
