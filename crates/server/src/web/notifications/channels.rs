//! Channels: where notifications go.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::{Currency, Money, Permission};
use secrecy::{ExposeSecret as _, SecretString};
use service::FieldError;
use service::jobs::try_out;
use service::mail::plausible_address;
use service::parameters::Reader;
use service::secret::random_text;
use store::{Channel, ChannelId, ChannelKind, ChannelSettings, NotificationKind as Topic};
use ui::pages::notifications::{self as page, NotificationsPage};
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

/// Reads the channel of a form. `before` is the stored channel that it changes.
fn read(
    app: &App,
    reader: &mut Reader<'_>,
    before: Option<&ChannelSettings>,
) -> Option<ChannelSettings> {
    let name = reader.text("name").unwrap_or_default();
    if name.is_empty() || name.chars().count() > 100 {
        reader.error("name", "Give a name of 1 to 100 characters.");
    }
    let kind = reader.text("kind").and_then(ChannelKind::from_value);
    if kind.is_none() {
        reader.error("kind", "Choose e-mail, webhook, Slack or Teams.");
    }
    let target = target(app, reader, kind, before);
    let min_amount = amount(reader);
    let kept = before.and_then(|before| before.secret.clone());
    let new = || format!("whsec_{}", random_text(&*app.context.random)).into();
    let is_webhook = kind == Some(ChannelKind::Webhook);
    Some(ChannelSettings {
        name: name.to_owned(),
        kind: kind?,
        target: target?,
        secret: is_webhook.then(|| kept.unwrap_or_else(new)),
        events: Topic::ALL
            .into_iter()
            .filter(|topic| reader.text(&format!("event.{}", topic.value())).is_some())
            .collect(),
        min_amount,
        on: reader.text("on").is_some(),
    })
}

/// The address that a channel sends to; empty: the stored one, if the kind is the same.
fn target(
    app: &App,
    reader: &mut Reader<'_>,
    kind: Option<ChannelKind>,
    before: Option<&ChannelSettings>,
) -> Option<SecretString> {
    let kept = before
        .filter(|before| Some(before.kind) == kind)
        .map(|before| before.target.clone());
    let typed = reader.text("target").map(SecretString::from);
    let Some(target) = typed.or(kept) else {
        reader.error("target", "Give the address that it goes to.");
        return None;
    };
    if kind == Some(ChannelKind::Email) {
        if !plausible_address(target.expose_secret()) {
            let right = "Give an e-mail address such as name@example.com.";
            reader.error("target", right);
        }
        return Some(target);
    }
    let Ok(url) = Url::parse(target.expose_secret()) else {
        let right = "Give an address such as https://example.com/hook.";
        reader.error("target", right);
        return Some(target);
    };
    let outside = app.context.outgoing.webhooks();
    if let Some(objection) = outside.and_then(|outside| outside.objection(&url)) {
        reader.error("target", objection);
    }
    Some(target)
}

/// The smallest saving that is reported; it needs its currency.
fn amount(reader: &mut Reader<'_>) -> Option<Money> {
    let amount = reader.text("amount")?;
    let currency = reader.text("currency").unwrap_or_default().to_uppercase();
    let Ok(currency) = currency.parse::<Currency>() else {
        let right = "Give the currency's three letters, such as EUR.";
        reader.error("currency", right);
        return None;
    };
    match Money::parse(amount, currency) {
        Ok(amount) if amount.minor >= 0 => Some(amount),
        _ => {
            reader.error("amount", "Give an amount such as 1000 or 99.50.");
            None
        }
    }
}

async fn channel_again(
    app: &App,
    page_context: &PageContext,
    form: &FormBody,
    before: Option<&Channel>,
    errors: Vec<FieldError>,
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
    let settings = match form.read_with(|reader| read(&app, reader, None)) {
        Ok(settings) => settings,
        Err(errors) => return channel_again(&app, &page_context, &form, None, errors).await,
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
    let settings = match form.read_with(|reader| read(&app, reader, Some(&before.settings))) {
        Ok(settings) => settings,
        Err(errors) => {
            return channel_again(&app, &page_context, &form, Some(&before), errors).await;
        }
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
