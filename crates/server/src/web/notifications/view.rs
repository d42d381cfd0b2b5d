//! The data of the page about outgoing messages.

use axum::response::Response;
use secrecy::ExposeSecret as _;
use service::FieldError;
use service::mail::template::{self, NAMES};
use service::questions;
use store::{
    Channel, ChannelKind, ChannelSettings, MessageState, NotificationKind as Topic, SmtpSecurity,
};
use ui::pages::notifications::{self as page, ChannelForm, MailServer, NotificationsPage};
use url::Url;

use crate::app::App;
use crate::failure::Failure;
use crate::form::beside_fields;
use crate::page_context::PageContext;
use crate::response::unprocessable;

pub(super) const AT: &str = "/settings/notifications";

const MESSAGES: u32 = 25;

fn topics() -> [(Topic, &'static str, &'static str); 5] {
    [
        (
            Topic::NewFindings,
            "New findings",
            "Once a day after a sync, when new findings save at least the amount below.",
        ),
        (
            Topic::Deadline,
            "Coming deadlines",
            "60, 30 and 7 days before notice has to be given.",
        ),
        (
            Topic::BrokenConnection,
            "Broken connections",
            "When an account has to be authorised again, its syncs fail, or its data are out of date.",
        ),
        (
            Topic::ExpiredExemption,
            "Expired exemptions",
            "When a finding that was left alone until a date is open again.",
        ),
        (
            Topic::Digest,
            "Weekly digest",
            "On Mondays: open findings, waiting changes, returned licences.",
        ),
    ]
}

fn kind_label(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Email => "E-mail",
        ChannelKind::Webhook => "Webhook",
        ChannelKind::Slack => "Slack",
        ChannelKind::Teams => "Microsoft Teams",
    }
}

/// The target of a channel for people. The address of a chat is a secret, its server name is not.
fn shown_target(settings: &ChannelSettings) -> String {
    let target = settings.target.expose_secret();
    if settings.kind == ChannelKind::Email {
        return target.to_owned();
    }
    Url::parse(target)
        .ok()
        .and_then(|url| {
            url.host_str()
                .map(|host| format!("{}://{host}/…", url.scheme()))
        })
        .unwrap_or_default()
}

fn what(key: &str) -> &'static str {
    match key.split(':').next() {
        Some("ask") => "Question",
        Some("remind") => "Reminder",
        Some("deadline") => "Coming deadline",
        Some("broken") => "Broken connection",
        Some("failing") => "Failing syncs",
        Some("stale") => "Old data",
        Some("findings") => "New findings",
        Some("exemption") => "Expired exemption",
        Some("digest") => "Weekly digest",
        _ => "Message",
    }
}

pub(super) fn sample(subject: &str, body: &str, organisation: &str) -> String {
    let value = |name: &str| {
        Some(
            match name {
                "person" | "holder" => "Ada Lovelace",
                "licence" => "Licensed",
                "application" => "Zoom",
                "organisation" => organisation,
                "reason" => "No event of the last three months needed it.",
                "deadline" => "7 December 2026",
                "silence" => "If we hear nothing by 7 December 2026, nothing changes.",
                "link" => "https://…/answer/…",
                _ => return None,
            }
            .to_owned(),
        )
    };
    let text = |template: &str| template::plain(&template::fill(template, value));
    format!("{}\n\n{}", text(subject), text(body))
}

pub(super) fn new_form(channel: Option<&Channel>) -> ChannelForm {
    let settings = channel.map(|channel| &channel.settings);
    ChannelForm {
        id: channel.map(|channel| channel.id.0),
        name: settings.map(|known| known.name.clone()).unwrap_or_default(),
        kind: settings
            .map_or("email", |known| known.kind.value())
            .to_owned(),
        target: String::new(),
        events: topics()
            .into_iter()
            .map(|(topic, label, help)| {
                let on = settings.is_some_and(|known| known.events.contains(&topic));
                (format!("event.{}", topic.value()), label, help, on)
            })
            .collect(),
        amount: settings
            .and_then(|known| known.min_amount)
            .map(|amount| amount.decimal())
            .unwrap_or_default(),
        currency: settings
            .and_then(|known| known.min_amount)
            .map(|amount| amount.currency.code().to_owned())
            .unwrap_or_default(),
        on: settings.is_none_or(|known| known.on),
    }
}

pub(super) async fn view(app: &App) -> Result<NotificationsPage, Failure> {
    let organisation = app.context.store.organisation().await?;
    let organisation = organisation.map(|known| known.name).unwrap_or_default();
    let smtp = app.context.store.smtp().await?;
    let own = app.context.store.question_template().await?;
    let words = own.as_ref().map_or_else(
        || (template::SUBJECT.to_owned(), template::BODY.to_owned()),
        |own| (own.subject.clone(), own.body.clone()),
    );
    let channels = app.context.store.channels().await?;
    let messages = app.context.store.messages(MESSAGES, None).await?;
    Ok(NotificationsPage {
        mail: smtp.map_or_else(
            || MailServer {
                port: "587".to_owned(),
                security: SmtpSecurity::StartTls.value().to_owned(),
                ..MailServer::default()
            },
            |known| MailServer {
                host: known.host,
                port: known.port.to_string(),
                security: known.security.value().to_owned(),
                user: known.user,
                has_password: known.password.is_some(),
                from: known.from,
                is_set: true,
            },
        ),
        sample: sample(&words.0, &words.1, &organisation),
        words,
        own_words: own.is_some(),
        names: NAMES
            .iter()
            .map(|(name, meaning)| ((*name).to_owned(), (*meaning).to_owned()))
            .collect(),
        cool_down: questions::cool_down_days(&app.context.store)
            .await?
            .to_string(),
        channels: channels
            .iter()
            .map(|channel| page::ChannelRow {
                id: channel.id.0,
                name: channel.settings.name.clone(),
                kind: kind_label(channel.settings.kind),
                target: shown_target(&channel.settings),
                events: topics()
                    .into_iter()
                    .filter(|(topic, ..)| channel.settings.events.contains(topic))
                    .map(|(_, label, _)| label)
                    .collect(),
                on: channel.settings.on,
            })
            .collect(),
        channel: new_form(None),
        messages: messages
            .into_iter()
            .map(|message| page::MessageRow {
                id: message.id.0,
                what: what(&message.key),
                recipient: message.recipient,
                state: match (message.state, message.next_at) {
                    (MessageState::Delivered, _) => page::MessageState::Delivered,
                    (MessageState::Failed, _) => page::MessageState::GivenUp,
                    (MessageState::Waiting, Some(at)) if message.attempts > 0 => {
                        page::MessageState::Again(at)
                    }
                    (MessageState::Waiting, _) => page::MessageState::Waiting,
                },
                error: message.error,
                created_at: message.created_at,
            })
            .collect(),
        ..NotificationsPage::default()
    })
}

pub(super) fn wrong(
    page_context: &PageContext,
    form: &str,
    errors: Vec<FieldError>,
    view: NotificationsPage,
) -> Response {
    let view = NotificationsPage {
        form: form.to_owned(),
        errors: beside_fields(errors),
        ..view
    };
    unprocessable(page::page(&page_context.shell, &view))
}
