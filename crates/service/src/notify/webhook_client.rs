//! The way out for webhooks: an HTTP client that dials only allowed addresses. Names are resolved
//! once, judged, and those very addresses are dialled, so that a name which changes its mind
//! in between leads nowhere else. No redirects, no proxies, and an end to time and size.

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

/// How long the other side may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a whole request may take.
const LONGEST: Duration = Duration::from_secs(10);
/// The most bytes of an answer that are read.
const MOST: usize = 64 * 1024;

/// Tells the addresses of a name.
#[async_trait]
pub trait Resolver: Send + Sync + 'static {
    /// All addresses of a name.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Where requests to the outside go through.
#[derive(Clone)]
pub struct WebhookClient {
    /// For addresses that are public or allowed.
    public: Client,
    /// For addresses that are allowed only: without TLS, nothing leaves for the internet.
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

/// Why something was not sent, or not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It can't be sent there at all.
    #[error("{0}")]
    Refused(String),
    /// It may work later.
    #[error("{0}")]
    Failed(String),
}

impl WebhookClient {
    /// A way out by the system's resolver, to the public internet only.
    ///
    /// # Errors
    ///
    /// When no HTTP client can be made.
    pub fn new(networks: Vec<Network>) -> Result<Self, reqwest::Error> {
        let resolver: Arc<dyn Resolver> = Arc::new(SystemResolver);
        Self::with(&resolver, networks)
    }

    /// A way out by this resolver; `networks` may be reached although they are not public.
    ///
    /// # Errors
    ///
    /// When no HTTP client can be made.
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
                .connect_timeout(CONNECT)
                .timeout(LONGEST)
                .dns_resolver(Arc::new(Guarded {
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

    /// What is wrong with a target, as far as it can be told without asking anybody.
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

    /// Posts a body and waits for an answer that says it was taken (any 2xx).
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
        let mut response = request.send().await.map_err(|error| said(&error))?;
        let status = response.status();
        let mut read = 0;
        // The body is read to its end, so that the connection can be used again, but not for ever.
        while let Some(chunk) = response.chunk().await.map_err(|error| said(&error))? {
            read += chunk.len();
            if read > MOST {
                break;
            }
        }
        if status.is_success() {
            Ok(())
        } else if status.is_redirection() {
            Err(WebhookError::Failed(format!(
                "it answered {} and wants to lead elsewhere, which is not followed",
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

/// The words for a failed request; never its address, which may hold a secret.
fn said(error: &reqwest::Error) -> WebhookError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return WebhookError::Refused(forbidden.to_string());
        }
        cause = inner;
    }
    WebhookError::Failed(if error.is_timeout() {
        format!("no answer within {} seconds", LONGEST.as_secs())
    } else if error.is_connect() {
        format!("no connection: {cause}")
    } else {
        format!("the exchange broke off: {cause}")
    })
}

fn may_dial(networks: &[Network], address: IpAddr, public: bool) -> bool {
    (public && is_public(address)) || networks.iter().any(|network| network.holds(address))
}

/// A name that leads where nothing may be sent to.
#[derive(Debug, thiserror::Error)]
#[error(
    "the name leads to the server's own machine or network, which webhooks must not reach unless \
     the operator allows it with --allow-webhooks-to"
)]
struct Forbidden;

struct Guarded {
    resolver: Arc<dyn Resolver>,
    networks: Arc<[Network]>,
    public: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.resolver);
        let (networks, public) = (Arc::clone(&self.networks), self.public);
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await?;
            // One bad address spoils the name: which one is dialled must not be a matter of luck.
            if !found
                .iter()
                .all(|address| may_dial(&networks, *address, public))
            {
                return Err(Forbidden.into());
            }
            let found: Vec<SocketAddr> = found
                .into_iter()
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use testkit::hook::Hook;

    use super::*;

    /// Answers in turn, the last answer for ever.
    struct Told(Mutex<VecDeque<Vec<IpAddr>>>);

    impl Told {
        fn answering(answers: &[&[&str]]) -> Arc<dyn Resolver> {
            let parse = |answer: &&[&str]| answer.iter().map(|a| a.parse().unwrap()).collect();
            Arc::new(Self(Mutex::new(answers.iter().map(parse).collect())))
        }
    }

    #[async_trait]
    impl Resolver for Told {
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

    async fn post(outside: &WebhookClient, target: &str) -> Result<(), WebhookError> {
        let target = target.parse().unwrap();
        outside
            .post(&target, HeaderMap::new(), b"{}".to_vec())
            .await
    }

    #[test]
    fn s15_addresses_in_the_target_are_judged_however_they_are_written() {
        let outside = WebhookClient::with(&Told::answering(&[]), Vec::new()).unwrap();
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
            assert!(outside.objection(&url).is_some(), "{target}");
        }
        for target in [
            "https://hooks.example/a?b",
            "https://8.8.8.8/",
            "https://[2606:4700::1]/",
        ] {
            let url: Url = target.parse().unwrap();
            assert_eq!(outside.objection(&url), None, "{target}");
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
            let outside = WebhookClient::with(&Told::answering(&[answers]), Vec::new()).unwrap();
            let refused = post(&outside, &format!("https://hooks.example:{port}/hook")).await;
            assert!(
                matches!(refused, Err(WebhookError::Refused(_))),
                "{answers:?} {refused:?}"
            );
        }
        // Without TLS only what the operator allowed is dialled, not the internet.
        let outside = WebhookClient::with(&Told::answering(&[&["8.8.8.8"]]), loopback()).unwrap();
        let refused = post(&outside, &format!("http://hooks.example:{port}/hook")).await;
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
        let told = Told::answering(&[&["127.0.0.1"], &["127.0.0.2"]]);
        let outside = WebhookClient::with(&told, loopback()).unwrap();
        let target = format!("http://hooks.example:{port}/hook");
        post(&outside, &target).await.unwrap();
        hook.answer(500);
        // A connection that is open may be used again: it was judged when it was made. A new one
        // is judged again.
        drop(post(&outside, &target).await);
        let told = Told::answering(&[&["127.0.0.2"]]);
        let outside = WebhookClient::with(&told, loopback()).unwrap();
        let calls = hook.calls().len();
        let refused = post(&outside, &target).await;
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
        let outside = WebhookClient::with(&Told::answering(&[]), loopback()).unwrap();
        hook.redirect(other.url.as_str());
        let refused = post(&outside, hook.url.as_str()).await.unwrap_err();
        assert!(refused.to_string().contains("302"), "{refused}");
        assert!(other.calls().is_empty());
        hook.answer(410);
        let refused = post(&outside, hook.url.as_str()).await.unwrap_err();
        assert_eq!(refused, WebhookError::Failed("it answered 410".to_owned()));
        hook.answer_long(10_000_000);
        post(&outside, hook.url.as_str()).await.unwrap();
        drop(hook);
        let target = "http://127.0.0.1:1/secret-path-canary";
        let refused = post(&outside, target).await.unwrap_err();
        assert!(!refused.to_string().contains("canary"), "{refused}");
    }
}
