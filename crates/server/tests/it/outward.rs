//! An account with users who can be asked, a mail server, a receiver of webhooks, and processes
//! that run their jobs.

use std::sync::Arc;

use model::{BillingCycle, Clock, ContractTerms, IntegrationId, Licence, Money, Timestamp, User};
use server::{App, Config};
use service::Context;
use service::notify::{Network, WebhookClient};
use store::{
    Actor, NewQuestion, OnSilence, Question, QuestionFilter, QuestionId, SmtpSecurity,
    SmtpSettings, SyncWrite,
};
use sync::Engine;
use testkit::database::Kind;
use testkit::random::Seeded;
use testkit::smtp::Smtp;

use crate::fixture::{self, fields, text, user};
use crate::site::Site;

pub(crate) const DAY: i64 = model::time::DAY_MS;

/// A name of a user at the application with hostile content.
pub(crate) const EVIL: &str =
    "Eve <script>alert(1)</script> \u{202e}\u{200b}\"O'Neil\" & {link}\r\nBcc: x@evil.example";

/// A site with users, two of whom do not use their licences.
pub(crate) struct Town {
    pub(crate) site: Site,
    pub(crate) id: IntegrationId,
    pub(crate) smtp: Smtp,
}

pub(crate) fn loopback() -> WebhookClient {
    let network: Network = "127.0.0.1".parse().unwrap();
    WebhookClient::new(vec![network]).unwrap()
}

pub(crate) fn settings(smtp: &Smtp) -> SmtpSettings {
    SmtpSettings {
        host: smtp.address().ip().to_string(),
        port: smtp.address().port(),
        security: SmtpSecurity::None,
        user: String::new(),
        password: None,
        from: "licences@acme.example".to_owned(),
    }
}

/// A user with an old licence and without any activity.
fn idle(key: &str, name: &str, kind: &str, long_ago: Timestamp) -> User {
    let listed = fields(&[("user_status", text("active")), ("user_type", text(kind))]);
    user(key, name, listed, long_ago)
}

impl Town {
    pub(crate) async fn new(kind: Kind) -> Self {
        let site = Site::on(kind, None, Some(loopback())).await.peopled().await;
        let id = site.install.connect().await;
        let smtp = Smtp::start().await;
        let town = Self { site, id, smtp };
        town.read("pro", &[]).await;
        town.contract(300).await;
        let (store, now) = (&town.site.install.store, town.now());
        let settings = settings(&town.smtp);
        store
            .set_smtp(Some(&settings), &Actor::Cli, now)
            .await
            .unwrap();
        town
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.site.install.clock.now()
    }

    pub(crate) fn pass_days(&self, days: i64) {
        self.site.install.clock.advance_ms(days * DAY);
    }

    /// Moves the clock by this many days and runs a sync that finds nothing new.
    pub(crate) async fn later(&self, days: i64) {
        self.pass_days(days);
        self.read("pro", &[]).await;
    }

    /// A sync that finds all users, Eve with this licence, and these users deactivated.
    pub(crate) async fn read(&self, eve: &str, deactivated: &[&str]) {
        let now = self.now();
        let long_ago = now.plus_ms(-200 * DAY);
        let mut people = fixture::people(now);
        people.push(idle("eve", EVIL, eve, long_ago));
        people.push(idle("fay", "Fay Wray", "pro", long_ago));
        for person in &mut people {
            if deactivated.contains(&person.key.as_str()) {
                person
                    .fields
                    .insert("user_status".to_owned(), text("inactive"));
            }
        }
        let mut writes = vec![SyncWrite::Application(&connector_zoom::ZOOM)];
        writes.extend(fixture::rows(now, people));
        fixture::write(&self.site, self.id, writes).await;
    }

    /// A contract whose term ends after this many days, with a notice period of 30 days.
    pub(crate) async fn contract(&self, days: i32) {
        let today = self.now().day();
        let terms = ContractTerms {
            licence: Licence::base("licensed"),
            name: "ACME-1".to_owned(),
            quantity: 10,
            unit_price: Some(Money::parse("120", "EUR".parse().unwrap()).unwrap()),
            billing_cycle: BillingCycle::Yearly,
            starts_on: today.plus(days - 364),
            ends_on: today.plus(days),
            auto_renews: true,
            notice_days: 30,
            minimum: 0,
            reducible_each_cycle: false,
            owner: String::new(),
            notes: String::new(),
        };
        let store = &self.site.install.store;
        let added = store
            .add_contract(self.id, &terms, &Actor::Cli, self.now())
            .await;
        added.unwrap();
    }

    /// A process of its own with the same database.
    pub(crate) fn process(&self, engine: Engine) -> App {
        let install = &self.site.install;
        let config = Config {
            oauth_url: install.zoom.oauth_url(),
            oauth_app: None,
            trust_forwarded_for: false,
            metrics: None,
        };
        let context = Context::new(
            install.store.clone(),
            engine,
            Arc::clone(&install.clock) as Arc<dyn Clock>,
            Arc::new(Seeded::new(9)),
            self.site.url.clone(),
        )
        .with_webhooks(loopback());
        App::new(context, config)
    }

    /// Runs all jobs that are due.
    pub(crate) async fn duties(&self) {
        let app = self.process(self.site.install.engine.clone());
        service::jobs::run_once(&app.context).await;
    }

    /// Id of the finding about a user.
    pub(crate) async fn finding(&self, user: &str) -> String {
        let case = self.case().await;
        let row = case.roster().row_of(user).unwrap();
        let found = case.findings.of_user(case.roster(), row);
        assert!(!found.is_empty(), "no finding about {user}");
        found[0].id.clone()
    }

    pub(crate) async fn case(&self) -> service::AccountSnapshot {
        let install = &self.site.install;
        let connectors = install.engine.connectors().clone();
        let clock = Arc::clone(&install.clock) as Arc<dyn Clock>;
        service::account_snapshot(&install.store, &connectors, self.id, clock)
            .await
            .unwrap()
    }

    /// The state of a finding.
    pub(crate) async fn state(&self, finding: &str) -> Option<model::FindingState> {
        Some(self.case().await.finding(finding)?.state)
    }

    /// Asks a user, with 14 days and a reminder after 7.
    pub(crate) async fn ask(&self, user: &str, on_silence: OnSilence) -> QuestionId {
        let (store, now) = (&self.site.install.store, self.now());
        let new = NewQuestion {
            finding: self.finding(user).await,
            email: format!("{user}@acme.example"),
            message: String::new(),
            expires_at: now.plus_ms(14 * DAY),
            remind_at: Some(now.plus_ms(7 * DAY)),
            on_silence,
            silence_at: Some(now.plus_ms(14 * DAY)),
        };
        let made = store
            .create_questions(self.id, &[new], &Actor::Cli, now)
            .await;
        made.unwrap()[0]
    }

    pub(crate) async fn request(&self, id: QuestionId) -> Question {
        let store = &self.site.install.store;
        store.question(id).await.unwrap().unwrap()
    }

    /// The path of the link in the last mail to a user.
    pub(crate) fn link(&self, user: &str) -> String {
        let mails = self.smtp.to(&format!("{user}@acme.example"));
        let link = mails.last().unwrap().word(self.site.url.as_str());
        let url: url::Url = link.parse().unwrap();
        assert!(url.path().starts_with("/answer/"), "{url}");
        url.path().to_owned()
    }

    pub(crate) async fn requests(&self) -> Vec<Question> {
        let store = &self.site.install.store;
        let filter = QuestionFilter::default();
        store.questions(Some(self.id), &filter).await.unwrap()
    }
}
