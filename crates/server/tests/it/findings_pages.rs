//! The pages of findings, licences and what-if as a licence manager uses them: every number leads
//! to as many rows, and a preview changes nothing and matches the later effect.

use model::{FieldValue, IntegrationId, Role, Timestamp, User};
use reqwest::StatusCode;

use crate::fixture;
use crate::site::Site;
use testkit::web::Visitor;

/// A licensed, active user of long standing without any activity.
fn idle(number: usize, now: Timestamp) -> User {
    let department = if number.is_multiple_of(2) {
        "Sales"
    } else {
        "Research & Development"
    };
    let listed = fixture::fields(&[
        ("department", fixture::text(department)),
        ("user_status", fixture::text("active")),
        ("user_type", fixture::text("pro")),
    ]);
    let yes = |yes: bool| FieldValue::YesNo(yes);
    User {
        details: fixture::fields(&[
            ("large_meeting_enabled", yes(false)),
            ("meeting_capacity", FieldValue::Integer(300)),
            ("webinar", yes(false)),
        ]),
        details_at: Some(now),
        ..fixture::user(
            &format!("idle{number}"),
            &format!("Idle <b>{number}</b>"),
            listed,
            now.plus_seconds(-400 * 86_400),
        )
    }
}

async fn account() -> (Site, IntegrationId) {
    let (site, id) = Site::connected().await;
    let now = model::Clock::now(&*site.install.clock);
    let mut people = fixture::people(now);
    people.extend((0..7).map(|number| idle(number, now)));
    fixture::write(&site, id, fixture::rows(now, people)).await;
    (site, id)
}

/// The body of a page, which has to exist.
async fn body(site: &Site, visitor: &Visitor, path: &str) -> String {
    let seen = site.get(visitor, path).await;
    assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.body);
    seen.body
}

fn plain(html: &str) -> String {
    let parts = html.split('<');
    parts
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect()
}

/// The links of the main part whose whole text is a number above zero: number and address.
fn numbers(html: &str) -> Vec<(i64, String)> {
    let main = &html[html.find("<main").unwrap()..html.find("</main>").unwrap()];
    let mut found = Vec::new();
    for (at, _) in main.match_indices("<a ") {
        let rest = &main[at..];
        let whole = &rest[..rest.find("</a>").unwrap()];
        let text = plain(whole).replace(',', "");
        let href = whole.split("href=\"").nth(1).unwrap();
        let href = href.split('"').next().unwrap().replace("&amp;", "&");
        if let Ok(number) = text.trim().parse::<i64>()
            && number > 0
        {
            found.push((number, href));
        }
    }
    found
}

/// The first number in a text.
fn first_number(text: &str) -> Option<i64> {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The text of the heading of a list.
fn heading(html: &str) -> String {
    let main = &html[html.find("<main").unwrap()..];
    let heading = &main[main.find("<h2").unwrap()..];
    plain(&heading[..heading.find("</h2>").unwrap()])
}

/// The number of rows that a list states.
fn said(html: &str) -> Option<i64> {
    first_number(&heading(html))
}

/// The number of seats that a list of findings states.
fn seats(html: &str) -> Option<i64> {
    first_number(heading(html).split_once(": ")?.1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_leads_to_as_many_rows() {
    let (site, _) = account().await;
    let manager = site.visitor(Role::LicenceManager).await;
    let mut followed = 0;
    for page in ["/i/1", "/i/1/licences", "/i/1/findings"] {
        let html = body(&site, &manager, page).await;
        for (number, href) in numbers(&html) {
            let list = ["/users?", "/users", "/findings?", "/findings", "/licences/"];
            if !list.iter().any(|part| href.contains(part)) || href.contains('#') {
                continue;
            }
            let rows = body(&site, &manager, &href).await;
            assert!(
                said(&rows) == Some(number) || seats(&rows) == Some(number),
                "{page} leads from {number} to {href}: {}",
                heading(&rows)
            );
            followed += 1;
        }
    }
    assert!(followed >= 8, "{followed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_shows_the_findings_and_every_row_opens_its_evidence() {
    let (site, _) = account().await;
    let viewer = site.visitor(Role::Viewer).await;
    let html = body(&site, &viewer, "/i/1/findings").await;
    assert!(html.contains("idle1@acme.example"), "{html}");
    // Data is never interpreted as markup, and a viewer sees no actions.
    assert!(!html.contains("<b>1</b>") && !html.contains("Preview…"));
    let first = html
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|href| href.starts_with("/i/1/findings/") && href.contains("idle"))
        .unwrap()
        .to_owned();
    let one = body(&site, &viewer, &first).await;
    for part in ["Value of “Licensed”", "Decision", "History", "evidence"] {
        assert!(one.contains(part), "{part} in {one}");
    }
    assert!(one.contains("unknown"), "without a price there is no money");
    let gone = site
        .get(&viewer, "/i/1/findings/dormant~licensed~nobody")
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let person = body(&site, &viewer, "/i/1/users/idle1").await;
    assert!(person.contains("Value of “Licensed”"), "{person}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_filter_is_said_and_the_rest_stays_in_force() {
    let (site, _) = account().await;
    let viewer = site.visitor(Role::Viewer).await;
    let html = body(&site, &viewer, "/i/1/findings?rule=lazy&department=Sales").await;
    assert!(html.contains("is not a rule"), "{html}");
    assert!(html.contains("idle2@") && !html.contains("idle1@"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_previewed_and_then_done_to_exactly_those() {
    let (site, _) = account().await;
    let manager = site.visitor(Role::LicenceManager).await;
    let before = said(&body(&site, &manager, "/i/1/findings").await).unwrap();
    let sales = [
        ("all", "yes"),
        ("department", "Sales"),
        ("action", "exempt"),
    ];
    let preview = site.submit(&manager, "/i/1/findings/preview", &sales).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    let count = said(&body(&site, &manager, "/i/1/findings?department=Sales").await).unwrap();
    assert!(count > 0 && count < before);
    let button = if count == 1 {
        "Exempt 1 finding".to_owned()
    } else {
        format!("Exempt {count} findings")
    };
    assert!(preview.body.contains(&button), "{}", preview.body);
    let still = said(&body(&site, &manager, "/i/1/findings").await);
    assert_eq!(still, Some(before), "a preview changes nothing");
    // Without a reason the action is refused, with an error beside the field.
    let until = model::Clock::now(&*site.install.clock)
        .day()
        .plus(30)
        .to_string();
    let mut form = sales.to_vec();
    form.push(("until", &until));
    let refused = site.submit(&manager, "/i/1/findings/decide", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("field-error"), "{}", refused.body);
    form.push(("reason", "On parental leave"));
    let done = site.submit(&manager, "/i/1/findings/decide", &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = said(&body(&site, &manager, "/i/1/findings").await);
    assert_eq!(after.unwrap_or(0), before - count);
    let exempt = said(&body(&site, &manager, "/i/1/findings?state=exempt").await);
    assert_eq!(exempt, Some(count));
    let viewer = site.visitor(Role::Viewer).await;
    let refused = site.submit(&viewer, "/i/1/findings/preview", &sales).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_if_evaluates_without_a_change_and_saves_with_a_reason() {
    let (site, _) = account().await;
    let admin = site.visitor(Role::Administrator).await;
    let plain_page = body(&site, &admin, "/i/1/what-if").await;
    assert!(!plain_page.contains("Make these the organisation"));
    // Only one rule stays on: checkboxes that are not ticked are not sent.
    let tried = "/i/1/what-if?try=yes&dormant.on=yes&dormant.days=45&chart=dormant";
    let html = body(&site, &admin, tried).await;
    assert!(html.contains("Make these the organisation"), "{html}");
    assert!(site.install.store.rule_settings().await.unwrap().is_none());
    let wrong = body(&site, &admin, "/i/1/what-if?try=yes&dormant.days=soon").await;
    assert!(wrong.contains("is not a number of days"), "{wrong}");
    let form = [
        ("try", "yes"),
        ("dormant.on", "yes"),
        ("dormant.days", "45"),
    ];
    let refused = site.submit(&admin, "/i/1/what-if/save", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Say why"), "{}", refused.body);
    let mut form = form.to_vec();
    form.push(("reason", "A month and a half is enough"));
    let saved = site.submit(&admin, "/i/1/what-if/save", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let stored = site.install.store.rule_settings().await.unwrap().unwrap();
    let settings = insight::settings::Settings::from_json(&stored.json).unwrap();
    assert_eq!(settings.rules.dormant.days, 45);
    assert!(!settings.rules.over_licensed.on);
    let manager = site.visitor(Role::LicenceManager).await;
    let refused = site.submit(&manager, "/i/1/what-if/save", &form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
