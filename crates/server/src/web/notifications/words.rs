//! The texts of questions, and the cool-down between two of them.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use service::mail::template;
use service::parameters;
use service::parameters::{FromParameter, Reader};
use service::questions;
use store::QuestionTemplate;
use ui::pages::notifications::NotificationsPage;

use super::test_message::organisation;
use super::view::{sample, view, wrong};
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{Form, FormBody};
use crate::page_context::PageContext;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    let post = Method::POST;
    routes
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
}

/// Reads a text of its own for questions.
fn template(reader: &mut Reader<'_>) -> QuestionTemplate {
    let text = |text: Option<&str>| text.unwrap_or_default().replace("\r\n", "\n");
    let subject = text(reader.text("subject"));
    let body = text(reader.text("body"));
    for (field, objection) in [
        ("subject", template::objection_to_subject(&subject)),
        ("body", template::objection_to_body(&body)),
    ] {
        if let Some(objection) = objection {
            reader.error(field, objection);
        }
    }
    QuestionTemplate { subject, body }
}

async fn set_words(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    // The other button of the form goes back to the usual text.
    let template = match form.text("usual") {
        Some(_) => Ok(None),
        None => form.read_with(|reader| Some(Some(template(reader)))),
    };
    let template = match template {
        Ok(template) => template,
        Err(errors) => {
            let (subject, body) = (form.text_or_empty("subject"), form.text_or_empty("body"));
            let name = organisation(&app).await?;
            let view = NotificationsPage {
                sample: sample(&subject, &body, &name),
                words: (subject, body),
                ..view(&app).await?
            };
            return Ok(wrong(&page_context, "words", errors, view));
        }
    };
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    app.context
        .store
        .set_question_template(template.as_ref(), &actor, now)
        .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#words"))
}

parameters! {
    /// The days between an answer and another question.
    struct CoolDown {
        days: CoolDownDays,
    }
}

/// A number of days that a cool-down can have.
struct CoolDownDays(i32);

impl FromParameter for CoolDownDays {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let days = values.first().and_then(|text| text.parse().ok());
        let days = days.filter(|days| (0..=questions::LONGEST_COOL_DOWN).contains(days));
        days.map(Self).ok_or_else(|| {
            let most = questions::LONGEST_COOL_DOWN;
            vec![format!("Give a number of days from 0 to {most}.")]
        })
    }
}

async fn set_cool_down(
    State(app): State<SharedApp>,
    page_context: PageContext,
    Form { entered, read }: Form<CoolDown>,
) -> Result<Response, Failure> {
    let days = match read {
        Ok(cool_down) => cool_down.days.0,
        Err(errors) => {
            let view = NotificationsPage {
                cool_down: entered.text_or_empty("days"),
                ..view(&app).await?
            };
            return Ok(wrong(&page_context, "cool-down", errors, view));
        }
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
