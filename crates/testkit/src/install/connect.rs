//! Connecting an account as an administrator does: by the account's own app, or through Zoom's pages.

use connector_zoom::ZOOM;
use model::{IntegrationId, Plan};
use store::{Actor, OAuthApp};
use sync::{BeginAuthorisation, Callback, ConnectError, Connected, ServerToServer};
use url::Url;

use super::{Install, REDIRECT};
use crate::web::{Seen, Visitor};

/// The browser session that authorisations belong to.
pub const SESSION: &str = "a browser";

impl Install {
    /// Connects the first account by its Server-to-Server app.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn connect(&self) -> IntegrationId {
        let credentials = self.zoom.sim.credentials();
        let wanted = ServerToServer {
            application: ZOOM.key,
            name: String::new(),
            plan: Plan::Business,
            account_id: credentials.account_id,
            client_id: credentials.client_id,
            client_secret: credentials.client_secret.into(),
            reauthorise: None,
        };
        let connected = self
            .engine
            .connect_server_to_server(wanted, &Actor::Cli)
            .await;
        connected
            .expect("the simulator accepts its own credentials")
            .integration
            .id
    }

    /// The general app.
    #[must_use]
    pub fn app(&self) -> OAuthApp {
        let app = self.zoom.sim.oauth_app();
        OAuthApp {
            client_id: app.client_id,
            client_secret: app.client_secret.into(),
        }
    }

    /// Sends somebody who may do everything in this account through Zoom's pages, and returns what
    /// Zoom sends them back with.
    ///
    /// # Panics
    /// When a page is not as expected.
    pub async fn authorise_at_zoom(
        &self,
        account: usize,
        reauthorise: Option<IntegrationId>,
    ) -> Callback {
        let url = self
            .engine
            .begin_authorisation(BeginAuthorisation {
                application: ZOOM.key,
                name: String::new(),
                plan: Plan::Business,
                reauthorise,
                redirect_uri: REDIRECT.to_owned(),
                session_hash: SESSION.to_owned(),
                app: self.app(),
            })
            .await
            .expect("an authorisation can begin");
        let person = &self.zoom.sim.accounts()[account].sign_ins[0];
        callback_of(&walk_through_zoom(&url, &person.email, &person.password, "Authorize").await)
    }

    /// Finishes what [`Install::authorise_at_zoom`] began.
    pub async fn finish(&self, callback: Callback) -> Result<Connected, ConnectError> {
        self.engine
            .finish_authorisation(ZOOM.key, callback, SESSION, &self.app(), &Actor::Cli)
            .await
            .map_err(|failed| failed.why)
    }

    /// Connects an account by the general app, as an administrator would: there is a refresh token.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn connect_by_oauth(&self, account: usize) -> IntegrationId {
        let callback = self.authorise_at_zoom(account, None).await;
        self.finish(callback)
            .await
            .expect("the code is accepted")
            .integration
            .id
    }
}

/// Opens Zoom's permission page, signs in, presses the button, and returns where the browser would be
/// sent then.
///
/// # Panics
/// When a page is not as expected.
pub async fn walk_through_zoom(url: &Url, email: &str, password: &str, button: &str) -> Url {
    let visitor = Visitor::new();
    let page = visitor.open(url).await;
    assert!(page.status.is_success(), "{}: {}", page.status, page.body);
    let sign_in = page
        .forms()
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("no form: {}", page.body));
    let sign_in = sign_in.fill("email", email).fill("password", password);
    let mut seen: Seen = visitor.submit(&page, &sign_in).await;
    while let Some(next) = seen.redirect() {
        seen = visitor.open(&next).await;
    }
    let decided = visitor.submit(&seen, &seen.form_with(button)).await;
    decided
        .redirect()
        .unwrap_or_else(|| panic!("not sent back: {} {}", decided.status, decided.body))
}

/// What an address that Zoom sends a browser to says.
#[must_use]
pub fn callback_of(url: &Url) -> Callback {
    let get = |name: &str| {
        url.query_pairs()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.into_owned())
    };
    Callback {
        state: get("state"),
        code: get("code"),
        error: get("error"),
    }
}
