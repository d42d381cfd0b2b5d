//! The mail server.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use secrecy::ExposeSecret as _;
use service::mail::{self, plausible_address};
use service::parameters::Reader;
use service::secret::random_text;
use store::{SmtpSecurity, SmtpSettings};
use ui::pages::notifications::{MailServer, NotificationsPage};

use super::test_message::{organisation, test_notice, tried};
use super::view::{AT, view, wrong};
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::FormBody;
use crate::page_context::PageContext;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    let post = Method::POST;
    routes
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
}

/// Reads the form; a stored password stays if the form has none. `before` is the stored server.
fn read(reader: &mut Reader<'_>, before: Option<&SmtpSettings>) -> Option<SmtpSettings> {
    let host = reader.text("host").unwrap_or_default();
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
        reader.error("host", "Give the server's name, such as mail.example.com.");
    }
    let port = reader
        .text("port")
        .and_then(|port| port.parse::<u16>().ok());
    let port = port.filter(|port| *port > 0);
    if port.is_none() {
        reader.error("port", "Give a number from 1 to 65535; 587 is usual.");
    }
    let security = reader.text("security").and_then(SmtpSecurity::from_value);
    let security = security.unwrap_or(SmtpSecurity::StartTls);
    let from = reader.text("from").unwrap_or_default();
    if !plausible_address(from) {
        let right = "Give an e-mail address such as licences@example.com.";
        reader.error("from", right);
    }
    let user = reader.text("user").unwrap_or_default();
    let new = reader.secret("password");
    let password = if user.is_empty() {
        None
    } else if !new.expose_secret().is_empty() {
        Some(new)
    } else {
        // A stored password is sent only to the server that it was entered for.
        let same = before
            .filter(|known| known.host == host && known.user == user)
            .filter(|known| Some(known.port) == port && known.security == security);
        let kept = same.and_then(|known| known.password.clone());
        if kept.is_none() {
            reader.error("password", "Give the password for this server and user.");
        }
        kept
    };
    if password.is_some() && security == SmtpSecurity::None && !is_this_machine(host) {
        reader.error(
            "",
            "A password would cross the network unprotected. Choose STARTTLS or TLS, or leave the \
             user name empty if the server asks for none.",
        );
    }
    Some(SmtpSettings {
        host: host.to_owned(),
        port: port?,
        security,
        user: user.to_owned(),
        password,
        from: from.to_owned(),
    })
}

async fn set_mail(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let before = app.context.store.smtp().await?;
    let settings = match form.read_with(|reader| read(reader, before.as_ref())) {
        Ok(settings) => settings,
        Err(errors) => {
            let view = NotificationsPage {
                mail: MailServer {
                    host: form.text_or_empty("host"),
                    port: form.text_or_empty("port"),
                    security: form.text_or_empty("security"),
                    user: form.text_or_empty("user"),
                    has_password: before
                        .as_ref()
                        .is_some_and(|known| known.password.is_some()),
                    from: form.text_or_empty("from"),
                    is_set: before.is_some(),
                },
                ..view(&app).await?
            };
            return Ok(wrong(&page_context, "mail", errors, view));
        }
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
