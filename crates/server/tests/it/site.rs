//! A server on loopback with its store, a simulated Zoom and members in every role.

use std::net::SocketAddr;
use std::sync::Arc;

use connector::Connector;
use model::{Clock, IntegrationId, Role};
use reqwest::Method;
use server::{App, Config};
use service::Context;
use service::notify::WebhookClient;
use store::{Actor, NewMember};
use testkit::database::Kind;
use testkit::install::Install;
use testkit::random::Seeded;
use testkit::web::{Seen, Visitor};
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Site {
    pub(crate) install: Install,
    pub(crate) url: Url,
    _stop: DropGuard,
}

impl Site {
    /// A server that was not set up yet.
    pub(crate) async fn empty() -> Self {
        Self::behind(None).await
    }

    /// A server that was not set up yet, with another public address.
    pub(crate) async fn behind(public: Option<&str>) -> Self {
        Self::on(Kind::Sqlite, public, None).await
    }

    /// The same on either database engine, with another client for webhooks.
    pub(crate) async fn on(
        kind: Kind,
        public: Option<&str>,
        outside: Option<WebhookClient>,
    ) -> Self {
        Self::with_applications(kind, public, outside, Vec::new()).await
    }

    /// The same with further applications besides Zoom.
    pub(crate) async fn with_applications(
        kind: Kind,
        public: Option<&str>,
        outside: Option<WebhookClient>,
        more: Vec<Arc<dyn Connector>>,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let url: Url = format!("http://{address}/").parse().unwrap();
        let callback = format!("http://{address}/oauth/zoom/callback");
        let install = Install::with(kind, 8, |config| {
            config.redirect_uris = vec![callback];
        })
        .await
        .with_applications(more);
        let public_url = public.map_or_else(|| url.clone(), |public| public.parse().unwrap());
        let config = Config {
            oauth_url: install.zoom.oauth_url(),
            oauth_app: None,
            trust_forwarded_for: true,
            metrics: None,
        };
        let mut context = Context::new(
            install.store.clone(),
            install.engine.clone(),
            Arc::clone(&install.clock) as Arc<dyn Clock>,
            Arc::new(Seeded::new(1)),
            public_url,
        );
        if let Some(outside) = outside {
            context = context.with_webhooks(outside);
        }
        let app = App::new(context, config);
        let stop = CancellationToken::new();
        let until = stop.clone().cancelled_owned();
        tokio::spawn(async move { server::serve(listener, app, until).await.unwrap() });
        Self {
            install,
            url,
            _stop: stop.drop_guard(),
        }
    }

    /// A server with a member of every role; their addresses are `<role>@example.com`.
    pub(crate) async fn with_members() -> Self {
        Self::empty().await.peopled().await
    }

    /// The same server, with a member of every role.
    pub(crate) async fn peopled(self) -> Self {
        let site = self;
        let store = &site.install.store;
        let now = site.install.clock.now();
        let random = Seeded::new(2);
        let hash = service::password::hash_password(&PASSWORD.into(), &random).unwrap();
        let new = |role: Role| NewMember {
            email: address(role),
            name: role.label().to_owned(),
            password_hash: hash.clone(),
        };
        store
            .create_owner("Acme", new(Role::Owner), now)
            .await
            .unwrap();
        for role in &Role::ALL[1..] {
            store
                .add_member(new(*role), *role, &Actor::Cli, now)
                .await
                .unwrap();
        }
        site
    }

    /// The same, with a connected account.
    pub(crate) async fn connected() -> (Self, IntegrationId) {
        let site = Self::with_members().await;
        let id = site.install.connect().await;
        (site, id)
    }

    pub(crate) fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    /// A signed-in member with this role.
    pub(crate) async fn visitor(&self, role: Role) -> Visitor {
        let visitor = Visitor::new();
        let seen = self.sign_in(&visitor, &address(role), PASSWORD, &[]).await;
        assert_eq!(seen.status, 303, "{}", seen.body);
        visitor
    }

    pub(crate) async fn sign_in(
        &self,
        visitor: &Visitor,
        email: &str,
        password: &str,
        headers: &[(&str, &str)],
    ) -> Seen {
        let mut all = vec![("sec-fetch-site", "same-origin")];
        all.extend_from_slice(headers);
        self.post(
            visitor,
            "/sign-in",
            &[("email", email), ("password", password), ("next", "/")],
            &all,
        )
        .await
    }

    pub(crate) async fn get(&self, visitor: &Visitor, path: &str) -> Seen {
        visitor
            .send(
                Method::GET,
                &self.at(path),
                &[("accept", "text/html")],
                None,
            )
            .await
    }

    /// Posts a form with these headers and no others that show its origin.
    pub(crate) async fn post(
        &self,
        visitor: &Visitor,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut all = vec![
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
        ];
        all.extend_from_slice(headers);
        visitor
            .send(Method::POST, &self.at(path), &all, Some(body))
            .await
    }

    /// Posts a form as one of our own pages does.
    pub(crate) async fn submit(
        &self,
        visitor: &Visitor,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Seen {
        self.post(visitor, path, fields, &[("sec-fetch-site", "same-origin")])
            .await
    }

    /// An API token of the member with this role.
    pub(crate) async fn token(&self, role: Role) -> String {
        let store = &self.install.store;
        let (member, _) = store
            .member_by_email(&address(role))
            .await
            .unwrap()
            .unwrap();
        let token = service::secret::new_api_token(&Seeded::new(100 + member.id.0.unsigned_abs()));
        store
            .create_api_token(
                &token.hash,
                member.id,
                "test",
                None,
                &Actor::Cli,
                self.install.clock.now(),
            )
            .await
            .unwrap();
        token.text
    }
}

pub(crate) fn address(role: Role) -> String {
    format!("{}@example.com", role.value())
}
