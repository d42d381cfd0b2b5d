//! Settings of outgoing messages: the mail server, the texts of questions, channels; and the status
//! of the last messages.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{Currency, Money, Permission};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use store::{
    Channel, ChannelId, ChannelKind, ChannelSettings, MessageId, MessageState,
    NotificationKind as Topic, QuestionTemplate, SmtpSecurity, SmtpSettings,
};
use url::Url;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString};
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use model::words::sentence;
use service::jobs::try_out;
use service::mail::template::{self, NAMES};
use service::mail::{self, plausible_address};
use service::notify::{Notice, NoticeKind};
use service::questions;
use service::secret::random_text;
use ui::pages::notifications::{self as page, ChannelForm, MailServer, NotificationsPage};
use ui::parts::{Errors, Tone};

const AT: &str = "/settings/notifications";
const MESSAGES: u32 = 25;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    let post = Method::POST;
    routes
        .page(Method::GET, AT, manage, show)
        .page(
            post.clone(),
            "/settings/notifications/mail",
            manage,
            set_mail,
        )
        .page(
            post.clone(),
            "/settings/notifications/mail/remove",
            manage,
            remove_mail,
        )
        .page(
            post.clone(),
            "/settings/notifications/mail/test",
            manage,
            test_mail,
        )
        .page(
            post.clone(),
            "/settings/notifications/words",
            manage,
            set_words,
        )
        .page(
            post.clone(),
            "/settings/notifications/cool-down",
            manage,
            set_cool_down,
        )
        .page(
            post.clone(),
            "/settings/notifications/channels",
            manage,
            add_channel,
        )
        .page(
            post.clone(),
            "/settings/notifications/channels/{id}",
            manage,
            change_channel,
        )
        .page(
            post.clone(),
            "/settings/notifications/channels/{id}/remove",
            manage,
            remove_channel,
        )
        .page(
            post.clone(),
            "/settings/notifications/channels/{id}/test",
            manage,
            test_channel,
        )
        .page(
            post,
            "/settings/notifications/messages/{id}/retry",
            manage,
            retry,
        )
}

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
            "When an account has to be authorised again.",
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
        Some("findings") => "New findings",
        Some("exemption") => "Expired exemption",
        Some("digest") => "Weekly digest",
        _ => "Message",
    }
}

fn sample(subject: &str, body: &str, organisation: &str) -> String {
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

fn new_form(channel: Option<&Channel>) -> ChannelForm {
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

async fn view(app: &App) -> Result<NotificationsPage, Failure> {
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

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let mut view = view(&app).await?;
    if let Some(id) = query.number::<i64>("channel")? {
        view.channel = new_form(Some(&channel(&app, id).await?));
    }
    Ok(html(page::page(&page_context.shell, &view)))
}

fn wrong(
    page_context: &PageContext,
    form: &str,
    errors: Errors,
    view: NotificationsPage,
) -> Response {
    let view = NotificationsPage {
        form: form.to_owned(),
        errors,
        ..view
    };
    unprocessable(page::page(&page_context.shell, &view))
}

async fn set_mail(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let before = app.context.store.smtp().await?;
    let mut errors = Errors::default();
    let typed = MailServer {
        host: form.text_or_empty("host"),
        port: form.text_or_empty("port"),
        security: form.text_or_empty("security"),
        user: form.text_or_empty("user"),
        has_password: before
            .as_ref()
            .is_some_and(|known| known.password.is_some()),
        from: form.text_or_empty("from"),
        is_set: before.is_some(),
    };
    if typed.host.is_empty() || typed.host.contains(|c: char| c.is_whitespace() || c == '/') {
        errors.add("host", "Give the server's name, such as mail.example.com.");
    }
    let port = typed.port.parse::<u16>().ok().filter(|port| *port > 0);
    if port.is_none() {
        errors.add("port", "Give a number from 1 to 65535; 587 is usual.");
    }
    let security = SmtpSecurity::from_value(&typed.security).unwrap_or(SmtpSecurity::StartTls);
    if !plausible_address(&typed.from) {
        errors.add(
            "from",
            "Give an e-mail address such as licences@example.com.",
        );
    }
    let new = form.secret("password");
    let password = if typed.user.is_empty() {
        None
    } else if !new.expose_secret().is_empty() {
        Some(new)
    } else {
        // A stored password is sent only to the server that it was entered for.
        let same = before
            .as_ref()
            .filter(|known| known.host == typed.host && known.user == typed.user)
            .filter(|known| Some(known.port) == port && known.security == security);
        let kept = same.and_then(|known| known.password.clone());
        if kept.is_none() {
            errors.add("password", "Give the password for this server and user.");
        }
        kept
    };
    if password.is_some() && security == SmtpSecurity::None && !is_this_machine(&typed.host) {
        errors.add(
            "",
            "A password would cross the network unprotected. Choose STARTTLS or TLS, or leave the \
             user name empty if the server asks for none.",
        );
    }
    let (Some(port), true) = (port, errors.is_empty()) else {
        let view = NotificationsPage {
            mail: typed,
            ..view(&app).await?
        };
        return Ok(wrong(&page_context, "mail", errors, view));
    };
    let settings = SmtpSettings {
        host: typed.host,
        port,
        security,
        user: typed.user,
        password,
        from: typed.from,
    };
    app.context
        .store
        .set_smtp(
            Some(&settings),
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    app.context.outgoing.run_jobs();
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#mail"))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

async fn remove_mail(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    app.context
        .store
        .set_smtp(None, &page_context.caller.actor(), app.context.clock.now())
        .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#mail"))
}

fn test_notice(app: &App, organisation: &str) -> Notice {
    Notice {
        kind: NoticeKind::Test,
        at: app.context.clock.now(),
        organisation: organisation.to_owned(),
        title: "A test message of Seatwise".to_owned(),
        lines: vec!["It arrived, so notifications will arrive too.".to_owned()],
        link: app.context.public_url.to_string(),
        data: json!({}),
    }
}

/// The page with the result of a test message.
async fn tried(
    app: &App,
    page_context: &PageContext,
    good: &str,
    result: Result<(), String>,
) -> Result<Response, Failure> {
    let view = view(app).await?;
    Ok(match result {
        Ok(()) => {
            let tried = Some((
                Tone::Good,
                "The test message was taken".to_owned(),
                good.to_owned(),
            ));
            html(page::page(
                &page_context.shell,
                &NotificationsPage { tried, ..view },
            ))
        }
        Err(why) => {
            let title = "The test message was not taken".to_owned();
            let tried = Some((Tone::Bad, title, sentence(&why)));
            unprocessable(page::page(
                &page_context.shell,
                &NotificationsPage { tried, ..view },
            ))
        }
    })
}

async fn organisation(app: &App) -> Result<String, Failure> {
    let known = app.context.store.organisation().await?;
    Ok(known.map(|known| known.name).unwrap_or_default())
}

async fn test_mail(
    State(app): State<SharedApp>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let Some(server) = app.context.store.smtp().await? else {
        return Err(Failure::conflict("No mail server is set up.").action("Set one up", AT));
    };
    let name = organisation(&app).await?;
    let to = &page_context.caller.member.email;
    let letter = test_notice(&app, &name).letter(to);
    let key = format!("test:{}", random_text(&*app.context.random));
    let sent = mail::deliver(&server, &name, &letter, &key, app.context.clock.now()).await;
    let good = format!("Look into the inbox of {to}. If it is not there, look among the spam.");
    tried(
        &app,
        &page_context,
        &good,
        sent.map_err(|error| error.to_string()),
    )
    .await
}

async fn set_words(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    if form.text("usual").is_some() {
        app.context
            .store
            .set_question_template(None, &actor, now)
            .await?;
        return Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#words"));
    }
    let subject = form.text_or_empty("subject");
    let body = form.text_or_empty("body").replace("\r\n", "\n");
    let mut errors = Errors::default();
    if let Some(objection) = template::objection_to_subject(&subject) {
        errors.add("subject", objection);
    }
    if let Some(objection) = template::objection_to_body(&body) {
        errors.add("body", objection);
    }
    if !errors.is_empty() {
        let name = organisation(&app).await?;
        let view = NotificationsPage {
            sample: sample(&subject, &body, &name),
            words: (subject, body),
            ..view(&app).await?
        };
        return Ok(wrong(&page_context, "words", errors, view));
    }
    let template = QuestionTemplate { subject, body };
    app.context
        .store
        .set_question_template(Some(&template), &actor, now)
        .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#words"))
}

async fn set_cool_down(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let typed = form.text_or_empty("days");
    let days = typed.parse::<i32>().ok();
    let Some(days) = days.filter(|days| (0..=questions::LONGEST_COOL_DOWN).contains(days)) else {
        let mut errors = Errors::default();
        errors.add(
            "days",
            format!(
                "Give a number of days from 0 to {}.",
                questions::LONGEST_COOL_DOWN
            ),
        );
        let view = NotificationsPage {
            cool_down: typed,
            ..view(&app).await?
        };
        return Ok(wrong(&page_context, "cool-down", errors, view));
    };
    questions::set_cool_down_days(
        &app.context.store,
        days,
        &page_context.caller.actor(),
        app.context.clock.now(),
    )
    .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#cool-down"))
}

async fn channel(app: &App, id: i64) -> Result<Channel, Failure> {
    let channels = app.context.store.channels().await?;
    let found = channels
        .into_iter()
        .find(|channel| channel.id == ChannelId(id));
    found.ok_or_else(|| Failure::not_found("channel"))
}

fn number(text: &str, what: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| Failure::not_found(what))
}

/// The channel of a form, or its validation errors.
fn read_channel(
    app: &App,
    form: &FormBody,
    before: Option<&Channel>,
    errors: &mut Errors,
) -> Option<ChannelSettings> {
    let name = form.text_or_empty("name");
    if name.is_empty() || name.chars().count() > 100 {
        errors.add("name", "Give a name of 1 to 100 characters.");
    }
    let kind = form.text("kind").and_then(ChannelKind::from_value);
    if kind.is_none() {
        errors.add("kind", "Choose e-mail, webhook, Slack or Teams.");
    }
    let kept = before
        .filter(|channel| Some(channel.settings.kind) == kind)
        .map(|channel| channel.settings.target.clone());
    let target = match form.text("target") {
        Some(typed) => Some(SecretString::from(typed)),
        None => kept,
    };
    match (&target, kind) {
        (None, _) => errors.add("target", "Give the address that it goes to."),
        (Some(target), Some(ChannelKind::Email)) => {
            if !plausible_address(target.expose_secret()) {
                errors.add("target", "Give an e-mail address such as name@example.com.");
            }
        }
        (Some(target), _) => match Url::parse(target.expose_secret()) {
            Ok(url) => {
                let outside = app.context.outgoing.webhooks();
                if let Some(objection) = outside.and_then(|outside| outside.objection(&url)) {
                    errors.add("target", objection);
                }
            }
            Err(_) => errors.add(
                "target",
                "Give an address such as https://example.com/hook.",
            ),
        },
    }
    let min_amount = amount(form, errors);
    let secret = match (
        kind,
        before.and_then(|channel| channel.settings.secret.clone()),
    ) {
        (Some(ChannelKind::Webhook), None) => Some(SecretString::from(format!(
            "whsec_{}",
            random_text(&*app.context.random)
        ))),
        (Some(ChannelKind::Webhook), kept) => kept,
        _ => None,
    };
    if !errors.is_empty() {
        return None;
    }
    Some(ChannelSettings {
        name,
        kind: kind?,
        target: target?,
        secret,
        events: Topic::ALL
            .into_iter()
            .filter(|topic| form.text(&format!("event.{}", topic.value())).is_some())
            .collect(),
        min_amount,
        on: form.text("on").is_some(),
    })
}

fn amount(form: &FormBody, errors: &mut Errors) -> Option<Money> {
    let typed = form.text("amount")?;
    let currency = form.text_or_empty("currency").to_uppercase();
    let Ok(currency) = currency.parse::<Currency>() else {
        errors.add(
            "currency",
            "Give the currency's three letters, such as EUR.",
        );
        return None;
    };
    match Money::parse(typed, currency) {
        Ok(amount) if amount.minor >= 0 => Some(amount),
        _ => {
            errors.add("amount", "Give an amount such as 1000 or 99.50.");
            None
        }
    }
}

async fn channel_again(
    app: &App,
    page_context: &PageContext,
    form: &FormBody,
    before: Option<&Channel>,
    errors: Errors,
) -> Result<Response, Failure> {
    let mut typed = new_form(before);
    typed.name = form.text_or_empty("name");
    typed.kind = form.text_or_empty("kind");
    typed.target = form.text_or_empty("target");
    typed.amount = form.text_or_empty("amount");
    typed.currency = form.text_or_empty("currency");
    typed.on = form.text("on").is_some();
    for (name, _, _, on) in &mut typed.events {
        *on = form.text(name).is_some();
    }
    let view = NotificationsPage {
        channel: typed,
        ..view(app).await?
    };
    Ok(wrong(page_context, "channel", errors, view))
}

async fn add_channel(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let Some(settings) = read_channel(&app, &form, None, &mut errors) else {
        return channel_again(&app, &page_context, &form, None, errors).await;
    };
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    app.context
        .store
        .add_channel(&settings, &actor, now)
        .await?;
    app.context.outgoing.run_jobs();
    saved(&app, &page_context, settings.secret).await
}

/// A new secret is shown once; otherwise the page says that the channel was saved.
async fn saved(
    app: &App,
    page_context: &PageContext,
    new_secret: Option<SecretString>,
) -> Result<Response, Failure> {
    let Some(secret) = new_secret else {
        return Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#channels"));
    };
    let view = NotificationsPage {
        new_secret: Some(secret.expose_secret().to_owned()),
        ..view(app).await?
    };
    Ok(html(page::page(&page_context.shell, &view)))
}

async fn change_channel(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let before = channel(&app, number(&id, "channel")?).await?;
    let mut errors = Errors::default();
    let Some(settings) = read_channel(&app, &form, Some(&before), &mut errors) else {
        return channel_again(&app, &page_context, &form, Some(&before), errors).await;
    };
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    app.context
        .store
        .update_channel(before.id, &settings, &actor, now)
        .await?;
    app.context.outgoing.run_jobs();
    let new = settings.secret.filter(|_| before.settings.secret.is_none());
    saved(&app, &page_context, new).await
}

async fn remove_channel(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = ChannelId(number(&id, "channel")?);
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    if !app.context.store.remove_channel(id, &actor, now).await? {
        return Err(Failure::not_found("channel"));
    }
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#channels"))
}

async fn test_channel(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let channel = channel(&app, number(&id, "channel")?).await?;
    let notice = test_notice(&app, &organisation(&app).await?);
    let key = format!("test:{}", random_text(&*app.context.random));
    let result = try_out(&app.context, &channel, &notice, &key).await?;
    let good = format!("Look whether it arrived at {}.", channel.settings.name);
    tried(&app, &page_context, &good, result).await
}

async fn retry(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = MessageId(number(&id, "message")?);
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    if !app.context.store.retry_message(id, &actor, now).await? {
        return Err(Failure::not_found("message that was given up"));
    }
    app.context.outgoing.run_jobs();
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#messages"))
}
