//! The texts of questions, and the cool-down between two of them.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use service::mail::template;
use service::questions;
use store::QuestionTemplate;
use ui::pages::notifications::NotificationsPage;
use ui::parts::Errors;

use super::test_message::organisation;
use super::view::{sample, view, wrong};
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
