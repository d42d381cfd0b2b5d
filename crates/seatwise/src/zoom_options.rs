//! The options about Zoom: its connector, and its OAuth app.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use connector_zoom::{ZOOM, ZoomConfig, ZoomConnector};
use secrecy::ExposeSecret as _;
use store::OAuthApp;
use url::Url;
use zoom::Hosts;
use zoom::transport::ReqwestTransport;

use crate::cli::Common;
use crate::config::secret_from;
use crate::exit::Failure;
use crate::system::{SystemClock, SystemRandom};

impl Common {
    /// Whether one of the configured Zoom addresses is on this machine.
    fn allows_loopback(&self) -> bool {
        [&self.zoom_api_url, &self.zoom_oauth_url]
            .into_iter()
            .any(|url| {
                Url::parse(url).is_ok_and(|url| match url.host() {
                    Some(url::Host::Ipv4(address)) => address.is_loopback(),
                    Some(url::Host::Ipv6(address)) => address.is_loopback(),
                    Some(url::Host::Domain(name)) => name == "localhost",
                    None => false,
                })
            })
    }

    fn oauth_url(&self) -> Result<Url, Failure> {
        let hosts = self.hosts();
        hosts.check(&self.zoom_oauth_url).map_err(|error| {
            Failure::usage(format!(
                "--zoom-oauth-url (SEATWISE_ZOOM_OAUTH_URL): {error}; the usual is https://zoom.us"
            ))
        })
    }

    fn hosts(&self) -> Hosts {
        Hosts {
            allow_loopback: self.allows_loopback(),
        }
    }

    /// The connector for the Zoom that the options name.
    pub(crate) fn zoom(&self) -> Result<ZoomConnector, Failure> {
        let hosts = self.hosts();
        let api_url = hosts.check(&self.zoom_api_url).map_err(|error| {
            Failure::usage(format!(
                "--zoom-api-url (SEATWISE_ZOOM_API_URL): {error}; the usual is https://api.zoom.us"
            ))
        })?;
        let transport = ReqwestTransport::new().map_err(|error| {
            Failure::other(format!("the HTTP client could not be made: {error}"))
        })?;
        Ok(ZoomConnector::new(ZoomConfig {
            oauth_url: self.oauth_url()?,
            api_url,
            hosts,
            transport: Arc::new(transport),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            limits: None,
        }))
    }
}

/// The OAuth app that the options of `serve` name, by the key of its application.
pub(crate) fn oauth_apps(
    client_id: Option<&String>,
    secret_file: Option<&PathBuf>,
) -> Result<BTreeMap<String, OAuthApp>, Failure> {
    match (client_id, secret_file) {
        (None, None) => Ok(BTreeMap::new()),
        (Some(client_id), Some(file)) => {
            let secret = secret_from(file)?;
            let app = OAuthApp {
                client_id: client_id.clone(),
                client_secret: secret.expose_secret().to_owned().into(),
            };
            Ok(BTreeMap::from([(ZOOM.key.to_owned(), app)]))
        }
        (Some(_), None) => Err(Failure::usage(
            "--zoom-client-id needs --zoom-client-secret-file with the app's client secret",
        )),
        (None, Some(_)) => Err(Failure::usage(
            "--zoom-client-secret-file needs --zoom-client-id with the app's client id",
        )),
    }
}
