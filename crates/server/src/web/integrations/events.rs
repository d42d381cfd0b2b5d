//! Live progress: a stream of server-sent events with the table of streams as HTML, sent whenever it
//! has changed, and the table of permissions once it was checked.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::Method;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use model::{Permission, RunState, StreamState, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use crate::access::Access;
use crate::app::Shared;
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::routes::Routes;
use crate::web::integration_status::{progress, subject_at_hand};
use crate::web::integrations::page::preflight_view;
use ui::pages::preflight;
use ui::pages::progress::fragment;

/// How often the store is looked at while a sync runs.
const LOOK: Duration = Duration::from_secs(1);
/// How often otherwise.
const LOOK_IDLE: Duration = Duration::from_secs(3);
/// How often something is sent even when nothing has changed, so that proxies keep the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How many times one stream looks at most; then the browser opens another one.
const LONGEST: u32 = 3600;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.page(
        Method::GET,
        "/i/{id}/integration/events",
        Access::Needs(Permission::ViewData),
        events,
    )
}

/// What was last sent: the newest run, its streams, and when permissions were checked and whether
/// they are being checked.
type Seen = (
    Option<(i64, RunState)>,
    Vec<StreamState>,
    (Option<Timestamp>, bool),
);

struct Watch {
    app: Shared,
    chosen: IntegrationFromPath,
    frame: Frame,
    seen: Option<Seen>,
    looks: u32,
    _place: OwnedSemaphorePermit,
}

async fn events(
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    frame: Frame,
) -> Result<Response, Failure> {
    let place = Shared::clone(&app)
        .streams
        .clone()
        .try_acquire_owned()
        .map_err(|_| Failure::unavailable("Too many pages are watching at the moment."))?;
    let watch = Watch {
        app,
        chosen,
        frame,
        seen: None,
        looks: 0,
        _place: place,
    };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((event, watch))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response())
}

impl Watch {
    /// Waits for the next change; nothing when the stream is over.
    async fn next(&mut self) -> Option<Result<Event, Infallible>> {
        while self.looks < LONGEST {
            if let Some((run, ..)) = &self.seen {
                let running = matches!(run, Some((_, RunState::Running)));
                let pause = if running { LOOK } else { LOOK_IDLE };
                tokio::select! {
                    () = self.app.context.closing.cancelled() => return None,
                    () = tokio::time::sleep(pause) => {}
                }
            }
            self.looks += 1;
            match self.look().await {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => {}
                Err(failure) => {
                    tracing::debug!(?failure, "a progress stream has ended");
                    return None;
                }
            }
        }
        None
    }

    async fn look(&mut self) -> Result<Option<Event>, Failure> {
        let id = self.chosen.integration.id;
        let run = self.app.context.store.runs(id, 1, None).await?;
        let run = run.first().map(|run| (run.run, run.state));
        let checked = self.app.checks.last(id).map(|found| found.checked_at);
        let checked = (checked, self.app.checks.underway(id));
        let now = (
            run,
            self.app.context.store.stream_states(id).await?,
            checked,
        );
        if self.seen.as_ref() == Some(&now) {
            return Ok(None);
        }
        let newly_checked = self.seen.as_ref().is_none_or(|seen| seen.2 != checked);
        self.seen = Some(now);
        // Somebody may have been signed out or have lost their role meanwhile.
        if !self.still_allowed().await? {
            return Err(Failure::sign_in_first());
        }
        let integration = self.app.context.store.integration(id).await?;
        self.chosen.integration = integration.ok_or_else(|| Failure::not_found("integration"))?;
        let subject = subject_at_hand(&self.app, &self.chosen.integration).await?;
        let view = progress(&self.app, subject).await?;
        self.frame.shell.now = self.app.context.clock.now();
        let mut html = view.subject.status_pill().into_string();
        html.push_str(&view.subject.facts(self.frame.shell.now).into_string());
        html.push_str(&fragment(&self.frame.shell, &view).into_string());
        if newly_checked {
            let view = preflight_view(&self.app, &self.chosen);
            html.push_str(&preflight::fragment(&self.frame.shell, &view).into_string());
        }
        // A carriage return may not be in an event's data.
        Ok(Some(Event::default().data(html.replace('\r', " "))))
    }

    async fn still_allowed(&self) -> Result<bool, Failure> {
        let Some(hash) = self.frame.caller.session() else {
            return Ok(false);
        };
        let session = self
            .app
            .context
            .store
            .session(hash, self.app.context.clock.now())
            .await?;
        Ok(session.is_some_and(|session| session.member.role.allows(Permission::ViewData)))
    }
}
