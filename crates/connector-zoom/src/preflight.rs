//! One cheap request for each stream of Zoom, and the list of the authorising user's permissions where
//! Zoom gives it.

use connector::{PreflightAnswers, PreflightRequest};
use model::streams;
use zoom::{Client, Error, EventType, ReportKind, UserStatus};

use crate::application::declared;
use crate::error::of_stream;

/// Asks for all streams side by side, because while a sync runs each request waits for its turn among
/// the sync's.
pub(crate) async fn answers(client: &Client, request: &PreflightRequest<'_>) -> PreflightAnswers {
    let today = request.now.day();
    let (from, to) = (today.plus(-1).to_string(), today.to_string());
    let tomorrow = today.plus(1).to_string();
    let (year, month, _) = today.ymd();
    let codes = async {
        match request.authorised_user {
            Some(user) => client.user_permissions(user).await.ok(),
            None => None,
        }
    };
    let (
        permission_codes,
        (users, settings),
        groups,
        account,
        meetings,
        sign_ins,
        hosts,
        daily,
        log,
        plan,
        upcoming,
    ) = tokio::join!(
        codes,
        users_and_settings(client),
        client.groups(1, None),
        client.account_settings(None),
        client.report_history_meetings(&from, &to, 1, None),
        client.report_activities(&from, &to, 1, None),
        client.report_users(ReportKind::Active, &from, &to, 1, None),
        client.report_daily(year, month.unsigned_abs()),
        client.report_operation_logs(&from, &to, 1, None),
        client.plan_usage(),
        client.report_upcoming_events(EventType::Meeting, &to, &tomorrow, 1, None),
    );
    let answers = [
        (streams::USERS, users),
        (streams::USER_SETTINGS, settings),
        (streams::GROUPS, groups.map(drop)),
        (streams::ACCOUNT_SETTINGS, account.map(drop)),
        (streams::MEETINGS, meetings.map(drop)),
        (streams::SIGN_INS, sign_ins.map(drop)),
        (streams::HOST_REPORTS, hosts.map(drop)),
        (streams::DAILY_USAGE, daily.map(drop)),
        (streams::OPERATION_LOGS, log.map(drop)),
        (streams::PLAN_USAGE, plan.map(drop)),
        (streams::UPCOMING_EVENTS, upcoming.map(drop)),
    ];
    PreflightAnswers {
        streams: answers
            .into_iter()
            .map(|(key, answer)| {
                (
                    key,
                    answer.map_err(|error| of_stream(declared(key), &error)),
                )
            })
            .collect(),
        permission_codes,
    }
}

/// One user, and the settings of that user.
async fn users_and_settings(client: &Client) -> (Result<(), Error>, Result<(), Error>) {
    let page = client.users(UserStatus::Active, 1, None).await;
    let settings = match &page {
        Ok(page) => match page.items.first() {
            Some(user) => {
                let id = user.id.clone().unwrap_or_default();
                client.user_settings(&id).await.map(drop)
            }
            // Without users there are no settings, and there is no sign of an obstacle.
            None => Ok(()),
        },
        Err(error) => Err(error.clone()),
    };
    (page.map(drop), settings)
}
