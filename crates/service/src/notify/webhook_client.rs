//! The HTTP client for webhooks, which connects to allowed addresses only. A name is resolved once,
//! and the checked addresses are the ones connected to, so that a change of the name in between has
//! no effect. The client follows no redirects, uses no proxies, and limits time and size.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, redirect};
use url::{Host, Url};

use super::address::{Network, is_public};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Timeout of a whole request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes of a response that are read.
const MAX_RESPONSE: usize = 64 * 1024;

/// Resolves names; a parameter because tests must not use the network.
#[async_trait]
pub trait Resolver: Send + Sync + 'static {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = tokio::net::lookup_host((name, 0)).await?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}

/// The HTTP client for webhooks.
#[derive(Clone)]
pub struct WebhookClient {
    /// For addresses that are public or allowed.
    public: Client,
    /// For allowed addresses only, because requests without TLS must not reach the internet.
    allowed: Client,
    networks: Arc<[Network]>,
}

impl fmt::Debug for WebhookClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookClient")
            .field("networks", &self.networks)
            .finish_non_exhaustive()
    }
}

/// The reason why a request was not sent or not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It cannot be sent to this address.
    #[error("{0}")]
    Refused(String),
    /// A later attempt may succeed.
    #[error("{0}")]
    Failed(String),
}

impl WebhookClient {
    /// A client with the system's resolver that reaches the public internet and `networks`.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be created.
    pub fn new(networks: Vec<Network>) -> Result<Self, reqwest::Error> {
        let resolver: Arc<dyn Resolver> = Arc::new(SystemResolver);
        Self::with(&resolver, networks)
    }

    /// A client with this resolver that reaches the public internet and `networks`.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be created.
    pub fn with(
        resolver: &Arc<dyn Resolver>,
        networks: Vec<Network>,
    ) -> Result<Self, reqwest::Error> {
        let networks: Arc<[Network]> = networks.into();
        let client = |public: bool| {
            Client::builder()
                .user_agent(concat!("Seatwise/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .no_proxy()
                .referer(false)
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
                .dns_resolver(Arc::new(CheckedResolver {
                    resolver: Arc::clone(resolver),
                    networks: Arc::clone(&networks),
                    public,
                }))
                .build()
        };
        Ok(Self {
            public: client(true)?,
            allowed: client(false)?,
            networks,
        })
    }

    /// The fault of a target, as far as it is visible without resolving its name.
    pub fn objection(&self, target: &Url) -> Option<String> {
        let plain = match target.scheme() {
            "https" => false,
            "http" => true,
            _ => return Some("The address has to begin with https://.".to_owned()),
        };
        if !target.username().is_empty() || target.password().is_some() {
            return Some("The address must not contain a name or password.".to_owned());
        }
        let address = match target.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(name)) if !name.is_empty() => None,
            _ => return Some("The address has to name a server.".to_owned()),
        };
        match address {
            Some(address) if !self.may_dial(address, !plain) => Some(if is_public(address) {
                "The address has to begin with https://.".to_owned()
            } else {
                "This address is on the server's own machine or network, which webhooks must not \
                 reach unless the operator allows it with --allow-webhooks-to."
                    .to_owned()
            }),
            None if plain && self.networks.is_empty() => {
                Some("The address has to begin with https://.".to_owned())
            }
            _ => None,
        }
    }

    fn may_dial(&self, address: IpAddr, public: bool) -> bool {
        may_dial(&self.networks, address, public)
    }

    /// Posts a body and waits for a response. Any 2xx status is a success.
    #[crate::boxed]
    pub async fn post(
        &self,
        target: &Url,
        headers: HeaderMap<HeaderValue>,
        body: Vec<u8>,
    ) -> Result<(), WebhookError> {
        if let Some(objection) = self.objection(target) {
            return Err(WebhookError::Refused(objection));
        }
        let client = if target.scheme() == "https" {
            &self.public
        } else {
            &self.allowed
        };
        let request = client.post(target.clone()).headers(headers).body(body);
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status();
        let mut read = 0;
        // The body is read to its end, so that the connection can be used again, but only up to a
        // limit.
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            read += chunk.len();
            if read > MAX_RESPONSE {
                break;
            }
        }
        if status.is_success() {
            Ok(())
        } else if status.is_redirection() {
            Err(WebhookError::Failed(format!(
                "it answered {} and redirects, which is not followed",
                status.as_u16()
            )))
        } else {
            Err(WebhookError::Failed(format!(
                "it answered {}",
                status.as_u16()
            )))
        }
    }
}

/// The error text for a failed request. It never contains the address, because that may contain a
/// secret.
fn failure(error: &reqwest::Error) -> WebhookError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return WebhookError::Refused(forbidden.to_string());
        }
        cause = inner;
    }
    WebhookError::Failed(if error.is_timeout() {
        format!("no answer within {} seconds", TIMEOUT.as_secs())
    } else if error.is_connect() {
        format!("no connection: {cause}")
    } else {
        format!("the connection broke: {cause}")
    })
}

fn may_dial(networks: &[Network], address: IpAddr, public: bool) -> bool {
    (public && is_public(address)) || networks.iter().any(|network| network.holds(address))
}

/// A name with an address that webhooks must not reach.
#[derive(Debug, thiserror::Error)]
#[error(
    "the name leads to the server's own machine or network, which webhooks must not reach unless \
     the operator allows it with --allow-webhooks-to"
)]
struct Forbidden;

struct CheckedResolver {
    resolver: Arc<dyn Resolver>,
    networks: Arc<[Network]>,
    public: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.resolver);
        let (networks, public) = (Arc::clone(&self.networks), self.public);
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            // One forbidden address is enough to refuse the name, because any of them may be
            // connected to.
            if !addresses
                .iter()
                .all(|address| may_dial(&networks, *address, public))
            {
                return Err(Forbidden.into());
            }
            let addresses = addresses.into_iter();
            Ok(Box::new(addresses.map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use testkit::hook::Hook;

    use super::*;

    /// Returns one answer after the other; the last one is repeated.
    struct FixedAddresses(Mutex<VecDeque<Vec<IpAddr>>>);

    impl FixedAddresses {
        fn answering(answers: &[&[&str]]) -> Arc<dyn Resolver> {
            let parse = |answer: &&[&str]| answer.iter().map(|a| a.parse().unwrap()).collect();
            Arc::new(Self(Mutex::new(answers.iter().map(parse).collect())))
        }
    }

    #[async_trait]
    impl Resolver for FixedAddresses {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let mut answers = self.0.lock().unwrap();
            if answers.len() > 1 {
                return Ok(answers.pop_front().unwrap());
            }
            Ok(answers.front().cloned().unwrap_or_default())
        }
    }

    fn loopback() -> Vec<Network> {
        vec!["127.0.0.1".parse().unwrap()]
    }

    async fn post(client: &WebhookClient, target: &str) -> Result<(), WebhookError> {
        let target = target.parse().unwrap();
        client.post(&target, HeaderMap::new(), b"{}".to_vec()).await
    }

    #[test]
    fn s15_addresses_in_the_target_are_judged_however_they_are_written() {
        let client = WebhookClient::with(&FixedAddresses::answering(&[]), Vec::new()).unwrap();
        for target in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[fd00::1]/",
            "https://10.0.0.1:8443/",
            "https://0/",
            "http://8.8.8.8/",
            "http://hooks.example/",
            "file:///etc/passwd",
            "ftp://hooks.example/",
            "https://user@hooks.example/",
            "https://:password@hooks.example/",
        ] {
            let url: Url = target.parse().unwrap();
            assert!(client.objection(&url).is_some(), "{target}");
        }
        for target in [
            "https://hooks.example/a?b",
            "https://8.8.8.8/",
            "https://[2606:4700::1]/",
        ] {
            let url: Url = target.parse().unwrap();
            assert_eq!(client.objection(&url), None, "{target}");
        }
    }

    #[tokio::test]
    async fn s15_a_name_is_judged_by_all_its_addresses_when_it_is_dialled() {
        let hook = Hook::start().await;
        let port = hook.url.port().unwrap();
        for answers in [
            &["127.0.0.1"][..],
            &["::1"],
            &["::ffff:127.0.0.1"],
            &["10.0.0.1"],
            &["169.254.169.254"],
            &["8.8.8.8", "127.0.0.1"],
            &["64:ff9b::7f00:1"],
        ] {
            let client =
                WebhookClient::with(&FixedAddresses::answering(&[answers]), Vec::new()).unwrap();
            let refused = post(&client, &format!("https://hooks.example:{port}/hook")).await;
            assert!(
                matches!(refused, Err(WebhookError::Refused(_))),
                "{answers:?} {refused:?}"
            );
        }
        // Without TLS only networks that the operator allowed are connected to.
        let client =
            WebhookClient::with(&FixedAddresses::answering(&[&["8.8.8.8"]]), loopback()).unwrap();
        let refused = post(&client, &format!("http://hooks.example:{port}/hook")).await;
        assert!(
            matches!(refused, Err(WebhookError::Refused(_))),
            "{refused:?}"
        );
        assert!(hook.calls().is_empty());
    }

    #[tokio::test]
    async fn s15_a_name_that_changes_its_mind_leads_nowhere() {
        let hook = Hook::start().await;
        let port = hook.url.port().unwrap();
        let resolver = FixedAddresses::answering(&[&["127.0.0.1"], &["127.0.0.2"]]);
        let client = WebhookClient::with(&resolver, loopback()).unwrap();
        let target = format!("http://hooks.example:{port}/hook");
        post(&client, &target).await.unwrap();
        hook.answer(500);
        // An open connection may be used again, because it was checked before. A new one is checked.
        drop(post(&client, &target).await);
        let resolver = FixedAddresses::answering(&[&["127.0.0.2"]]);
        let client = WebhookClient::with(&resolver, loopback()).unwrap();
        let calls = hook.calls().len();
        let refused = post(&client, &target).await;
        assert!(
            matches!(refused, Err(WebhookError::Refused(_))),
            "{refused:?}"
        );
        assert_eq!(hook.calls().len(), calls);
    }

    #[tokio::test]
    async fn s15_redirects_are_not_followed_and_answers_end() {
        let hook = Hook::start().await;
        let other = Hook::start().await;
        let client = WebhookClient::with(&FixedAddresses::answering(&[]), loopback()).unwrap();
        hook.redirect(other.url.as_str());
        let refused = post(&client, hook.url.as_str()).await.unwrap_err();
        assert!(refused.to_string().contains("302"), "{refused}");
        assert!(other.calls().is_empty());
        hook.answer(410);
        let refused = post(&client, hook.url.as_str()).await.unwrap_err();
        assert_eq!(refused, WebhookError::Failed("it answered 410".to_owned()));
        hook.answer_long(10_000_000);
        post(&client, hook.url.as_str()).await.unwrap();
        drop(hook);
        let target = "http://127.0.0.1:1/secret-path-canary";
        let refused = post(&client, target).await.unwrap_err();
        assert!(!refused.to_string().contains("canary"), "{refused}");
    }
}
