//! The addresses to which a token or a client secret may be sent. The check is needed because Zoom's
//! token answer names the host of the account's cluster: a forged answer could redirect every later
//! token.

use url::{Host, Url};

use crate::error::Error;

/// Zoom's domains: commercial accounts and Zoom for Government.
const DOMAINS: [&str; 2] = ["zoom.us", "zoomgov.com"];

/// The policy: https to hosts under `zoom.us` or `zoomgov.com`, on the usual port.
///
/// ```
/// use zoom::Hosts;
///
/// let hosts = Hosts::default();
/// assert!(hosts.check("https://api-eu.zoom.us/").is_ok());
/// assert!(hosts.check("https://zoom.us.evil.example").is_err());
/// assert!(hosts.check("http://127.0.0.1:8081").is_err());
/// assert!(Hosts { allow_loopback: true }.check("http://127.0.0.1:8081").is_ok());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hosts {
    /// Whether loopback addresses are allowed too, also without TLS. For a simulator, and only if the
    /// operator has configured it.
    pub allow_loopback: bool,
}

impl Hosts {
    /// Checks an address and returns it in normal form, without a trailing slash in its path (a root
    /// path stays `/`).
    ///
    /// # Errors
    /// [`Error::HostRefused`] for every address that the policy does not allow, with the reason.
    pub fn check(&self, address: &str) -> Result<Url, Error> {
        let refused = |reason| Err(Error::HostRefused { reason });
        // Refused because URL parsers disagree about these characters, and Zoom never sends them.
        if address
            .chars()
            .any(|c| c == '\\' || c.is_control() || c.is_whitespace())
        {
            return refused("it contains characters that are not allowed in addresses");
        }
        let Ok(mut url) = Url::parse(address) else {
            return refused("it is not an address");
        };
        if address.contains('@') || !url.username().is_empty() || url.password().is_some() {
            return refused("it contains a user name");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refused("it contains a query or a fragment");
        }
        let loopback = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => return refused("it has no host"),
        };
        if loopback {
            if !self.allow_loopback {
                return refused("this machine is not allowed as a host");
            }
            if !matches!(url.scheme(), "http" | "https") {
                return refused("it is neither http nor https");
            }
        } else {
            if url.scheme() != "https" {
                return refused("it is not https");
            }
            if url.port().is_some() {
                return refused("it names a port");
            }
            let Some(Host::Domain(name)) = url.host() else {
                return refused("it names an IP address");
            };
            let zooms = DOMAINS.iter().any(|domain| {
                name.strip_suffix(domain)
                    .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
            });
            if !zooms {
                return refused("the host is not one of Zoom's");
            }
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(url)
    }
}
