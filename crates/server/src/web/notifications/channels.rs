//! Channels: where notifications go.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{Currency, Money, Permission};
use secrecy::{ExposeSecret as _, SecretString};
use service::jobs::try_out;
use service::mail::plausible_address;
use service::secret::random_text;
use store::{Channel, ChannelId, ChannelKind, ChannelSettings, NotificationKind as Topic};
use ui::pages::notifications::{self as page, NotificationsPage};
use ui::parts::Errors;
use url::Url;

use super::test_message::{organisation, test_notice, tried};
use super::view::{new_form, view, wrong};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::FormBody;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    let post = Method::POST;
    routes
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
}

pub(super) async fn channel(app: &App, id: i64) -> Result<Channel, Failure> {
    let channels = app.context.store.channels().await?;
    let found = channels
        .into_iter()
        .find(|channel| channel.id == ChannelId(id));
    found.ok_or_else(|| Failure::not_found("channel"))
}

pub(super) fn number(text: &str, what: &str) -> Result<i64, Failure> {
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
