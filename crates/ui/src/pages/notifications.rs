//! `/settings/notifications`: mail server, texts of questions, channels, and delivery of messages.
//! Posts below it to `mail` (`host`, `port`, `security`, `user`, `password`, `from`),
//! `mail/remove`, `mail/test`, `words` (`subject`, `body`, or `usual`), `cool-down` (`days`),
//! `channels` and `channels/{id}` (`name`, `kind`, `target`, `event.…`, `amount`, `currency`,
//! `on`), `channels/{id}/remove`, `channels/{id}/test`, `messages/{id}/retry`.

use maud::{Markup, html};
use model::Timestamp;

use crate::parts::fields::{area, check, choice};
use crate::parts::form::{Input, copyable, select, summary};
use crate::parts::table::{frame, head};
use crate::parts::text::{ago, until};
use crate::parts::{Errors, Shell, Tone, page};

const AT: &str = "/settings/notifications";

#[derive(Debug, Clone, Default)]
pub struct NotificationsPage {
    /// Result of a test message: tone, title and text.
    pub tried: Option<(Tone, String, String)>,
    /// Secret of a new webhook; shown only once.
    pub new_secret: Option<String>,
    /// Mail server as stored or as typed; the host is empty when there is none.
    pub mail: MailServer,
    /// Subject and text of questions, as stored or as typed.
    pub words: (String, String),
    /// Whether the texts were changed by the organisation.
    pub own_words: bool,
    /// Sample question as a recipient would see it.
    pub sample: String,
    /// Placeholders for the text: name and meaning.
    pub names: Vec<(String, String)>,
    /// Days after an answer without another question to the same person, as stored or as typed.
    pub cool_down: String,
    pub channels: Vec<ChannelRow>,
    /// The channel in the form: an existing one to change, or a new one.
    pub channel: ChannelForm,
    /// Delivery of the latest messages.
    pub messages: Vec<MessageRow>,
    /// The form that the errors belong to: `mail`, `words`, `cool-down` or `channel`.
    pub form: String,
    pub errors: Errors,
}

#[derive(Debug, Clone, Default)]
pub struct MailServer {
    /// Host name or IP address of the server.
    pub host: String,
    pub port: String,
    /// `none`, `starttls` or `tls`, as in the form.
    pub security: String,
    pub user: String,
    /// Whether a password is stored; the password itself is never shown.
    pub has_password: bool,
    /// E-mail address of the sender.
    pub from: String,
    /// Whether it is stored, so that it can be tested and removed.
    pub is_set: bool,
}

#[derive(Debug, Clone)]
pub struct ChannelRow {
    pub id: i64,
    pub name: String,
    /// Label: `E-mail`, `Webhook`, `Slack` or `Microsoft Teams`.
    pub kind: &'static str,
    /// Recipient or address, without any secret part.
    pub target: String,
    /// Labels of the events that are reported there.
    pub events: Vec<&'static str>,
    pub on: bool,
}

/// A channel as shown in the form.
#[derive(Debug, Clone, Default)]
pub struct ChannelForm {
    /// Number of the channel; `None` for a new one.
    pub id: Option<i64>,
    pub name: String,
    /// `email`, `webhook`, `slack` or `teams`, as in the form.
    pub kind: String,
    /// Target as typed by the member.
    pub target: String,
    /// Events that can be reported: field, label, help text, and whether it is selected.
    pub events: Vec<(String, &'static str, &'static str, bool)>,
    /// Smallest yearly saving of new findings to report; empty for any.
    pub amount: String,
    /// Currency of the smallest saving.
    pub currency: String,
    pub on: bool,
}

/// Delivery of a message.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub id: i64,
    /// Kind of message, for display.
    pub what: &'static str,
    pub recipient: String,
    pub state: MessageState,
    /// Error of the last attempt; empty when none failed.
    pub error: String,
    /// When the message was queued.
    pub created_at: Timestamp,
}

/// Delivery state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Not sent yet; no attempt was made.
    Waiting,
    /// The last attempt failed; the time of the next one.
    Again(Timestamp),
    /// Accepted by the receiving server.
    Delivered,
    /// Failed for good; no further attempt.
    GivenUp,
}

#[must_use]
pub fn page(shell: &Shell, view: &NotificationsPage) -> Markup {
    let none = Errors::default();
    let of = |form: &str| {
        if view.form == form {
            &view.errors
        } else {
            &none
        }
    };
    let body = html! {
        (page::plain_head("Notifications", "Mail server, texts and channels. Nothing is sent until you switch it on.", &html! { a.button href="/settings" { "Settings" } }))
        @if let Some((tone, title, text)) = &view.tried { (page::notice(*tone, title, &html! { p { (text) } })) }
        @if let Some(secret) = &view.new_secret {
            (page::notice(Tone::Good, "The webhook's secret", &html! {
                p { "Copy it now: it is not shown again. The receiver needs it to check signatures." }
                (copyable("new-secret", "the secret", secret))
            }))
        }
        (mail(view, of("mail")))
        (words(view, of("words")))
        (cool_down(view, of("cool-down")))
        (channels(view, of("channel")))
        (messages(shell, view))
    };
    shell.page("Notifications", &body)
}

fn mail(view: &NotificationsPage, errors: &Errors) -> Markup {
    let mail = &view.mail;
    let security = [
        ("starttls", "STARTTLS (usual, port 587)"),
        ("tls", "TLS from the start (port 465)"),
        ("none", "none (only on the same machine or network)"),
    ];
    html! {
        section.card #mail {
            h2 { "Mail server" }
            p.card-lead { "Questions to people and notifications by e-mail go out through it. Without one, questions wait." }
            (summary(errors))
            form method="post" action={ (AT) "/mail" } {
                div.form-row {
                    (Input::text("host", "Server", &mail.host).help("A name such as mail.example.com.").render(errors))
                    (Input::text("port", "Port", &mail.port).between(1, 65_535).render(errors))
                    (select("security", "Protection", &mail.security, &security))
                }
                div.form-row {
                    (Input::text("user", "User name", &mail.user).optional().render(errors))
                    (Input::text("password", if mail.has_password { "New password" } else { "Password" }, "").kind("password", "off").optional()
                        .help(if mail.has_password { "Empty: the stored one stays, as long as server and user are the same." } else { "" }).render(errors))
                    (Input::text("from", "Sender", &mail.from).kind("email", "off").help("The address that mails come from.").render(errors))
                }
                button type="submit" { "Save the mail server" }
            }
            @if mail.is_set {
                div.actions.left {
                    form method="post" action={ (AT) "/mail/test" } { button type="submit" { "Send me a test message" } }
                    form method="post" action={ (AT) "/mail/remove" } { button.danger type="submit" { "Remove the mail server" } }
                }
            }
        }
    }
}

fn words(view: &NotificationsPage, errors: &Errors) -> Markup {
    html! {
        section.card.form-card #words {
            h2 { "The question in your words" }
            p.card-lead {
                "People who are asked about a licence get this. " @if view.own_words { "It is your own text." } @else { "It is the text that comes with Seatwise." }
            }
            (summary(errors))
            form method="post" action={ (AT) "/words" } {
                (Input::text("subject", "Subject", &view.words.0).render(errors))
                (area("body", "Text", &view.words.1, 14, "", errors))
                details {
                    summary { "What can be filled in" }
                    dl.definitions { @for (name, meaning) in &view.names { div { dt { code { "{" (name) "}" } } dd { (meaning) } } } }
                }
                button type="submit" { "Save the text" }
                @if view.own_words { " " button type="submit" name="usual" value="yes" formnovalidate { "Go back to the usual text" } }
            }
            details {
                summary { "How it looks" }
                pre { (view.sample) }
            }
        }
    }
}

fn cool_down(view: &NotificationsPage, errors: &Errors) -> Markup {
    html! {
        section.card.form-card #cool-down {
            h2 { "Asking again" }
            p.card-lead { "After an answer, the same person is not asked about the same licence for this long." }
            (summary(errors))
            form.form-row method="post" action={ (AT) "/cool-down" } {
                (Input::text("days", "Days", &view.cool_down).between(0, 730).render(errors))
                button type="submit" { "Save" }
            }
        }
    }
}

fn channels(view: &NotificationsPage, errors: &Errors) -> Markup {
    let heads = html! { (head("Channel", false)) (head("Kind", false)) (head("Goes to", false)) (head("Events", false)) (head("State", false)) (head("Actions", false)) };
    let rows = html! {
        @for channel in &view.channels {
            tr {
                th.person scope="row" { span title=(channel.name) { (channel.name) } }
                td { (channel.kind) }
                td.cut-cell title=(channel.target) { (channel.target) }
                td { @if channel.events.is_empty() { span.none { "nothing" } } @else { (channel.events.join(", ")) } }
                td { @if channel.on { (page::pill(Tone::Good, "on")) } @else { (page::pill(Tone::Quiet, "off")) } }
                td {
                    div.actions.left {
                        a.button.small href={ (AT) "?channel=" (channel.id) "#channel" } { "Change" span.hidden { " " (channel.name) } }
                        form method="post" action={ (AT) "/channels/" (channel.id) "/test" } { button.small type="submit" { "Test" span.hidden { " " (channel.name) } } }
                        form method="post" action={ (AT) "/channels/" (channel.id) "/remove" } { button.small.danger type="submit" { "Remove" span.hidden { " " (channel.name) } } }
                    }
                }
            }
        }
    };
    html! {
        section.card #channels {
            h2 { "Channels" }
            p.card-lead { "Where notifications go: an address, a program or a chat." }
            @if view.channels.is_empty() { p.muted { "No channels yet, so no notifications are sent." } }
            @else { (frame("Channels", &heads, &rows)) }
        }
        (channel(&view.channel, errors))
    }
}

fn channel(form: &ChannelForm, errors: &Errors) -> Markup {
    let kinds = [
        ("email", "E-mail"),
        ("webhook", "Webhook, signed"),
        ("slack", "Slack"),
        ("teams", "Microsoft Teams"),
    ]
    .map(|(value, label)| (value.to_owned(), label.to_owned()));
    let action = match form.id {
        Some(id) => format!("{AT}/channels/{id}"),
        None => format!("{AT}/channels"),
    };
    html! {
        section.card.form-card #channel {
            h2 { @if form.id.is_some() { "Change a channel" } @else { "Add a channel" } }
            (summary(errors))
            form method="post" action=(action) {
                (Input::text("name", "Name", &form.name).render(errors))
                (choice("kind", "Kind", &form.kind, &kinds, "", errors))
                (Input::text("target", if form.id.is_some() { "New target" } else { "Target" }, &form.target).sometimes()
                    .help(if form.id.is_some() { "Empty: it stays as it is." } else { "An e-mail address, or the address of the webhook, which begins with https://." }).render(errors))
                fieldset {
                    legend { "Events" }
                    @for (name, label, help, on) in &form.events { (check(name, label, *on, help)) }
                }
                div.form-row {
                    (Input::text("amount", "New findings: smallest saving a year", &form.amount).optional().help("All that a day brings counts together. Empty: any.").render(errors))
                    (Input::text("currency", "Currency", &form.currency).sometimes().help("EUR, USD, …").render(errors))
                }
                (check("on", "Switched on", form.on, ""))
                button.primary type="submit" { @if form.id.is_some() { "Save the channel" } @else { "Add the channel" } }
                @if form.id.is_some() { " " a.button href={ (AT) "#channels" } { "Cancel" } }
            }
        }
    }
}

fn messages(shell: &Shell, view: &NotificationsPage) -> Markup {
    let heads = html! { (head("What", false)) (head("To", false)) (head("Queued", false)) (head("State", false)) (head("Try again", false)) };
    let rows = html! {
        @for message in &view.messages {
            tr {
                th scope="row" { (message.what) }
                td.cut-cell title=(message.recipient) { (message.recipient) }
                td { (ago(shell.now, message.created_at)) }
                td {
                    @match message.state {
                        MessageState::Waiting => (page::pill(Tone::Info, "waiting")),
                        MessageState::Again(at) => { (page::pill(Tone::Warn, "not taken yet")) span.sub { (message.error) "; tried again " (until(shell.now, at)) } },
                        MessageState::Delivered => (page::pill(Tone::Good, "delivered")),
                        MessageState::GivenUp => { (page::pill(Tone::Bad, "given up")) span.sub { (message.error) } },
                    }
                }
                td {
                    @if message.state == MessageState::GivenUp {
                        form method="post" action={ (AT) "/messages/" (message.id) "/retry" } { button.small type="submit" { "Try again" } }
                    }
                }
            }
        }
    };
    html! {
        section.card #messages {
            h2 { "The last messages" }
            p.card-lead { "Sent and waiting messages, and the reasons for failures." }
            @if view.messages.is_empty() { p.muted { "No messages yet." } } @else { (frame("Messages", &heads, &rows)) }
        }
    }
}
