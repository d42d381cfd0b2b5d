//! Test messages, and the page with their result.

use axum::response::Response;
use model::words::sentence;
use serde_json::json;
use service::notify::{Notice, NoticeKind};
use ui::pages::notifications::{self as page, NotificationsPage};
use ui::parts::Tone;

use super::view::view;
use crate::app::App;
use crate::failure::Failure;
use crate::page_context::PageContext;
use crate::response::{html, unprocessable};

pub(super) fn test_notice(app: &App, organisation: &str) -> Notice {
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
pub(super) async fn tried(
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

pub(super) async fn organisation(app: &App) -> Result<String, Failure> {
    let known = app.context.store.organisation().await?;
    Ok(known.map(|known| known.name).unwrap_or_default())
}
