//! One user of an integration.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::findings::LicensedGroup;
use insight::{Query, UserDetail};
use model::{
    ActivityState, Application, Coverage, Day, HostedEvent, HostedWindow, IntegrationId, NeedKind,
    Permission, SignIn, Timestamp, User, streams,
};
use service::account_snapshot::AccountSnapshot;
use service::roster::Snapshot;
use store::SignInFilter;
use ui::pages::finding::FindingView;
use ui::pages::{user, users};
use ui::parts::Seen;
use ui::parts::chart::Series;

use super::page::row;
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::finding_view;
use crate::web::findings::page::hosted;
use crate::web::integration_status::{series, subject};
use crate::web::rejected::view::{may_be_about, records};

/// Days of the charts on the page of a user.
const CHART_DAYS: i32 = 90;

/// Rows of each list on the page of a user.
const NEWEST: u32 = 20;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes.page(Method::GET, "/i/{id}/users/{key}", view, one)
}

async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let stored = app.context.store.user(id, &key).await?;
    let stored = stored.ok_or_else(|| Failure::not_found("user"))?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let snapshot = Arc::clone(&account.snapshot);
    let subject = subject(&app, &from_path.integration, Some(&snapshot)).await?;
    let days = app.context.inactive_days().await?;
    let today = app.context.clock.now().day();
    let (findings, verdicts, licences) = conclusions(&app, &account, &key, &stored).await?;
    let log = app.context.store.coverage(id, streams::SIGN_INS).await?;
    let history = app.context.store.coverage(id, streams::MEETINGS).await?;
    let email = (!stored.email.is_empty()).then(|| stored.email.to_lowercase());
    let (hosted, sign_ins) = newest(&app, id, email).await?;
    let read_at = read_at(&app, id, &stored).await?;
    let detail = snapshot.user(&key, days);
    let charts = charts(detail.as_ref(), &log, &history, today);
    let mut rejected = app.context.store.rejected(id).await?;
    rejected.retain(|found| may_be_about(found, &stored));
    let view = user::UserPage {
        rejected: records(from_path.application, rejected),
        user: match &detail {
            Some(detail) => row(&detail.user),
            None => stored_row(&from_path, &stored),
        },
        groups: group_names(&snapshot, &stored),
        created_at: stored.created_at,
        first_seen: stored.first_seen,
        removed_at: stored.removed_at,
        read_at,
        emails: vec![(stored.email.clone(), stored.first_seen, None)],
        inactive_days: i32::from(days),
        sign_in_days: charts.0,
        hosted_days: charts.1,
        hosted,
        sign_ins,
        features: features(from_path.application),
        findings,
        verdicts,
        licences,
        subject,
    };
    Ok(html(user::page(&page_context.shell, &view)))
}

/// The newest events that the user of an address hosted, and their sign-ins.
async fn newest(
    app: &App,
    id: IntegrationId,
    email: Option<String>,
) -> Result<(Vec<HostedEvent>, Vec<SignIn>), Failure> {
    let Some(email) = email else {
        return Ok((Vec::new(), Vec::new()));
    };
    let store = &app.context.store;
    let hosted = store
        .events(id, Some(&email), None, None, NEWEST, None)
        .await?;
    let filter = SignInFilter {
        email: Some(email),
        ..SignInFilter::default()
    };
    let sign_ins = store.sign_ins(id, &filter, NEWEST, None).await?;
    Ok((hosted.items, sign_ins.items))
}

/// When each stream that the page shows was last read completely.
async fn read_at(
    app: &App,
    id: IntegrationId,
    stored: &User,
) -> Result<Vec<(String, Timestamp)>, Failure> {
    let states = app.context.store.stream_states(id).await?;
    let mut read_at: Vec<(String, Timestamp)> = states
        .into_iter()
        .filter(|state| state.stream != streams::USER_SETTINGS)
        .filter_map(|state| Some((state.stream, state.complete_at?)))
        .collect();
    read_at.extend(
        stored
            .details_at
            .map(|at| (streams::USER_SETTINGS.to_owned(), at)),
    );
    Ok(read_at)
}

/// The charts of sign-ins and of hosted events by day.
fn charts(
    detail: Option<&UserDetail<'_>>,
    log: &Coverage,
    history: &Coverage,
    today: Day,
) -> (Series, Series) {
    let charted = (today.plus(1 - CHART_DAYS), today);
    let chart =
        |id: &'static str, title: &str, words, known: &Coverage, of: &dyn Fn(Day) -> i64| {
            let points = charted
                .0
                .to(charted.1)
                .map(|day| (day, known.days.contains_key(&day).then(|| of(day))));
            series(id, title, words, points, today, |_| None)
        };
    let sign_in_days = chart(
        "sign-in-days",
        "Days with a sign-in",
        ("day", "days"),
        log,
        &|day| {
            i64::from(detail.is_some_and(|detail| detail.sign_in_days.binary_search(&day).is_ok()))
        },
    );
    let hosted_days = chart(
        "hosted-days",
        "Meetings and webinars hosted per day",
        ("meeting or webinar", "meetings and webinars"),
        history,
        &|day| {
            let hosted =
                detail.and_then(|detail| detail.hosted.iter().find(|hosted| hosted.day == day));
            hosted.map_or(0, |hosted| {
                i64::from(hosted.meetings) + i64::from(hosted.webinars)
            })
        },
    );
    (sign_in_days, hosted_days)
}

/// The features of an event that explain why it needed a licence, by their bit.
fn features(application: &Application) -> Vec<(i64, &'static str)> {
    let named = application.free.features.iter().filter_map(|(bit, kind)| {
        let name = match kind {
            NeedKind::CloudRecording => "cloud recording",
            NeedKind::Registration => "registration",
            NeedKind::Poll => "polls",
            // The other features are visible in minutes, participants and kind.
            _ => return None,
        };
        Some((1_i64.checked_shl(*bit)?, name))
    });
    named.collect()
}

/// The findings about a user's licences, the conclusions about licences without a finding, and
/// since when each licence is held.
async fn conclusions(
    app: &App,
    account: &AccountSnapshot,
    key: &str,
    stored: &User,
) -> Result<(Vec<FindingView>, Vec<String>, Vec<(String, Day, bool)>), Failure> {
    let roster = account.roster();
    let Some(row) = roster.row_of(key) else {
        return Ok((Vec::new(), Vec::new(), Vec::new()));
    };
    let findings = account.findings.of_user(roster, row);
    let hosted = hosted(app, account, Some(&stored.email)).await?;
    let views: Vec<FindingView> = findings
        .iter()
        .map(|finding| finding_view(account, finding, &hosted))
        .collect();
    let mut licences = Vec::new();
    // What the list shows is newer than what was read for this user alone.
    let mut fields = stored.details.clone();
    fields.extend(stored.fields.clone());
    for licence in account.application.licences_of(&fields) {
        if let Some((since, exact)) = roster.licensed_since(row, &licence) {
            licences.push((licence.label(account.application), since, exact));
        }
    }
    let mut verdicts = Vec::new();
    if findings.is_empty() {
        let everybody = Query::everybody(account.application).with("q", &stored.email);
        let is = |group| {
            let rows = account.findings.people(roster, &everybody, group);
            rows.contains(&row)
        };
        if is(LicensedGroup::Unknown) {
            verdicts.push(
                "Whether this licence is needed is unknown: there is too little data.".to_owned(),
            );
        } else if is(LicensedGroup::Needed) {
            let last = roster.need_days(row).first().map(|(day, _)| day.long());
            verdicts.push(match last {
                Some(day) => format!("This licence is needed: last on {day}"),
                None => "This licence is needed".to_owned(),
            });
        }
    }
    Ok((views, verdicts, licences))
}

/// A user who is in no snapshot: removed, or added after it. Their activity is unknown.
fn stored_row(from_path: &IntegrationFromPath, user: &User) -> users::UserRow {
    users::UserRow {
        key: user.key.clone(),
        name: user.display_name.clone(),
        email: user.email.clone(),
        fields: from_path
            .application
            .fields
            .iter()
            .map(|field| {
                let value = user.fields.get(field.key);
                value.or_else(|| user.details.get(field.key)).cloned()
            })
            .collect(),
        groups: Vec::new(),
        last_sign_in: user.listed_sign_in.map_or(Seen::Unknown, Seen::At),
        last_hosted: Seen::Unknown,
        hosted: [None; HostedWindow::ALL.len()],
        state: ActivityState::Unknown,
        removed: user.removed_at.is_some(),
    }
}

fn group_names(snapshot: &Snapshot, user: &User) -> Vec<(String, String)> {
    user.groups
        .iter()
        .map(|id| {
            let group = snapshot.groups().iter().find(|group| group.id == *id);
            (id.clone(), group.map_or(id, |group| &group.name).clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_that_make_an_event_a_need_are_named_by_their_bits() {
        let zoom = &connector_zoom::ZOOM;
        let named = features(zoom);
        for (bit, kind) in zoom.free.features {
            let name = named.iter().find(|(mask, _)| *mask == 1 << bit);
            assert!(name.is_some(), "{kind:?}");
        }
        assert!(named.contains(&(1 << 25, "cloud recording")));
    }
}
