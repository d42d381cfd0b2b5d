//! Live progress: server-sent events with the table of streams as HTML, sent after every change,
//! and the table of permissions after every check.

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
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::routes::Routes;
use crate::web::integration_status::{progress, subject_at_hand};
use crate::web::integrations::permissions::preflight_view;
use ui::pages::preflight;
use ui::pages::progress::fragment;

/// Interval between reads of the store while a sync runs.
const LOOK: Duration = Duration::from_secs(1);
/// Interval between reads of the store otherwise.
const LOOK_IDLE: Duration = Duration::from_secs(3);
/// Interval after which an event is sent even without a change, because proxies close idle
/// connections.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Maximum number of reads of one event stream; then the browser opens another one.
const LONGEST: u32 = 3600;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.page(
        Method::GET,
        "/i/{id}/integration/events",
        Access::Needs(Permission::ViewData),
        events,
    )
}

/// The state of the last event: the newest run, its streams, the time of the last permission check,
/// and whether a check is running.
type Seen = (
    Option<(i64, RunState)>,
    Vec<StreamState>,
    (Option<Timestamp>, bool),
);

struct Watch {
    app: SharedApp,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    seen: Option<Seen>,
    looks: u32,
    _place: OwnedSemaphorePermit,
}

async fn events(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let place = SharedApp::clone(&app)
        .streams
        .clone()
        .try_acquire_owned()
        .map_err(|_| Failure::unavailable("Too many pages are watching at the moment."))?;
    let watch = Watch {
        app,
        from_path,
        page_context,
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
    /// Waits for the next change; `None` when the event stream ends.
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
        let id = self.from_path.integration.id;
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
        // The member may have signed out or lost their role since the last event.
        if !self.still_allowed().await? {
            return Err(Failure::sign_in_first());
        }
        let integration = self.app.context.store.integration(id).await?;
        self.from_path.integration =
            integration.ok_or_else(|| Failure::not_found("integration"))?;
        let subject = subject_at_hand(&self.app, &self.from_path.integration).await?;
        let view = progress(&self.app, subject).await?;
        self.page_context.shell.now = self.app.context.clock.now();
        let mut html = view.subject.status_pill().into_string();
        html.push_str(
            &view
                .subject
                .facts(self.page_context.shell.now)
                .into_string(),
        );
        html.push_str(&fragment(&self.page_context.shell, &view).into_string());
        if newly_checked {
            let view = preflight_view(&self.app, &self.from_path);
            html.push_str(&preflight::fragment(&self.page_context.shell, &view).into_string());
        }
        // A carriage return is not allowed in an event's data.
        Ok(Some(Event::default().data(html.replace('\r', " "))))
    }

    async fn still_allowed(&self) -> Result<bool, Failure> {
        let Some(hash) = self.page_context.caller.session() else {
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
