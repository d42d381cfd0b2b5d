//! One Zoom account: its client, and the pace at which requests are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use connector::{
    AccountIdentity, AnswerCount, AnswerKind, AuthError, Changes, Details, Error, ErrorKind, Page,
    PageRequest, PreflightAnswers, PreflightRequest, Session, TokenSource,
};
use model::streams;
use zoom::pacer::{Answered, Category, Limits, Pacer};
use zoom::{Client, UserStatus};

use crate::application::declared;
use crate::change::ZoomChanges;
use crate::clock::shared_now;
use crate::config::ZoomConfig;
use crate::error::{of_connection, of_details, of_page, of_stream};
use crate::tokens::ZoomTokens;
use crate::{account, listing, map, preflight};

/// One connected Zoom account.
pub(crate) struct ZoomSession {
    config: ZoomConfig,
    client: Client,
    pacer: Arc<Pacer>,
    details_per_second: f64,
    /// Whether Zoom refused to show the profile of a user for a reason that concerns all users.
    profile_refused: AtomicBool,
}

impl ZoomSession {
    pub(crate) fn new(
        config: ZoomConfig,
        tokens: Arc<dyn TokenSource>,
        pacer: Pacer,
        limits: &Limits,
    ) -> Self {
        let pacer = Arc::new(pacer);
        let client = client(&config, tokens, &pacer);
        // Settings of users are requests of the medium category.
        let details_per_second = limits
            .rate(Category::Medium)
            .map_or(f64::INFINITY, |rate| 1.0 / rate.interval.as_secs_f64());
        Self {
            config,
            client,
            pacer,
            details_per_second,
            profile_refused: AtomicBool::new(false),
        }
    }
}

/// A client that keeps to the account's pace. Zoom counts requests of all apps of an account together.
fn client(config: &ZoomConfig, tokens: Arc<dyn TokenSource>, pacer: &Arc<Pacer>) -> Client {
    let random = Arc::clone(&config.random);
    let tokens = ZoomTokens {
        source: tokens,
        hosts: config.hosts,
    };
    Client::new(
        Arc::clone(&config.transport),
        Arc::new(tokens),
        Arc::clone(pacer),
        config.hosts,
        shared_now(&config.clock),
        Arc::new(move || random.unit()),
    )
}

#[async_trait]
impl Session for ZoomSession {
    async fn identify(&self) -> Result<AccountIdentity, AuthError> {
        let me = self.client.me().await.map_err(of_connection)?;
        Ok(AccountIdentity {
            account_id: me.account_id.filter(|id| !id.is_empty()),
            email: me.email,
            user_id: me.id,
        })
    }

    async fn probe(&self) -> Result<(), AuthError> {
        let users = self.client.users(UserStatus::Active, 1, None).await;
        users.map(drop).map_err(of_connection)
    }

    async fn page(&self, request: &PageRequest<'_>) -> Result<Page, Error> {
        let page = match request.stream {
            streams::ACCOUNT_SETTINGS => account::settings(&self.client).await,
            streams::PLAN_USAGE => account::plan_usage(&self.client).await,
            _ => listing::page(&self.client, request).await,
        };
        page.map_err(|error| of_page(declared(request.stream), request.cursor.is_none(), &error))
    }

    async fn details(&self, user: &str, licensed: bool) -> Result<Details, Error> {
        let failed = |error: &zoom::Error| of_details(declared(streams::USER_SETTINGS), error);
        if !licensed || self.profile_refused.load(Ordering::Relaxed) {
            let settings = self.client.user_settings(user).await;
            return settings
                .map(|it| map::settings(&it))
                .map_err(|error| failed(&error));
        }
        // The two requests are of different categories, so that they do not wait for each other.
        let (settings, profile) =
            tokio::join!(self.client.user_settings(user), self.client.user(user));
        let mut details = map::settings(&settings.map_err(|error| failed(&error))?);
        match profile.map_err(|error| (failed(&error), error)) {
            Ok(profile) => {
                let profile = map::profile(&profile);
                details.fields.extend(profile.fields);
                details.unread.extend(profile.unread);
            }
            // Refused for every user alike. The suites stay unknown; the preflight says what is missing.
            Err((_, zoom::Error::ScopeMissing { .. } | zoom::Error::PermissionDenied { .. })) => {
                self.profile_refused.store(true, Ordering::Relaxed);
            }
            // Only this user's suite is unknown.
            Err((error, _)) if error.kind == ErrorKind::Unreadable => {
                details.unread.push(format!("profile: {}", error.message));
            }
            Err((error, _)) => return Err(error),
        }
        Ok(details)
    }

    async fn has_user(&self, key: &str) -> Result<bool, Error> {
        match self.client.user(key).await {
            Ok(_) => Ok(true),
            Err(zoom::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(of_stream(declared(streams::USERS), &error)),
        }
    }

    async fn delegates(&self, user: &str) -> Result<u32, Error> {
        match self.client.user_assistants(user).await {
            Ok(assistants) => Ok(u32::try_from(assistants.len()).unwrap_or(u32::MAX)),
            Err(error) => Err(of_stream(declared(streams::USERS), &error)),
        }
    }

    async fn preflight(&self, request: &PreflightRequest<'_>) -> PreflightAnswers {
        preflight::answers(&self.client, request).await
    }

    fn details_per_second(&self) -> f64 {
        self.details_per_second
    }

    fn take_requests(&self) -> Vec<(&'static str, u64)> {
        let counts = self.pacer.take_counts().into_iter();
        counts
            .map(|(category, count)| (category.as_str(), count))
            .collect()
    }

    fn refused(&self) -> u64 {
        self.pacer.counts().iter().map(|count| count.refused).sum()
    }

    fn answers(&self) -> Vec<AnswerCount> {
        let answers = self.pacer.answers().into_iter();
        answers
            .map(|(category, answer, requests)| AnswerCount {
                category: category.as_str(),
                answer: answer_kind(answer),
                requests,
            })
            .collect()
    }

    fn changes(&self, writer: Option<Arc<dyn TokenSource>>) -> Option<Arc<dyn Changes>> {
        Some(Arc::new(ZoomChanges::new(
            self.client.clone(),
            writer.map(|tokens| client(&self.config, tokens, &self.pacer)),
        )))
    }
}

fn answer_kind(answer: Answered) -> AnswerKind {
    match answer {
        Answered::Good => AnswerKind::Good,
        Answered::LimitedPerSecond => AnswerKind::LimitedPerSecond,
        Answered::LimitedPerDay => AnswerKind::LimitedPerDay,
        Answered::Refused => AnswerKind::Refused,
        Answered::Failed => AnswerKind::Failed,
    }
}
