//! Tests that hold for every page: data can't become markup, the content security policy is kept,
//! ids are unique; and the outline of some pages.

use std::collections::BTreeSet;

use connector_zoom::ZOOM;
use insta::assert_snapshot;
use maud::Markup;
use model::{ActivityState, IntegrationId, IntegrationState, Role, Timestamp};

use super::pages::{error, home, integrations, setup, users};
use super::parts::table::Sort;
use super::parts::{Errors, Params, Seen, Shell, ShellMember, Subject};

const HOSTILE: &str = "\"><script>alert(1)</script>";

fn shell(role: Role) -> Shell {
    Shell {
        member: ShellMember {
            name: HOSTILE.to_owned(),
            email: "a@b.example".to_owned(),
            role,
        },
        integrations: Vec::new(),
        open_findings: None,
        path: "/".to_owned(),
        flash: None,
        now: Timestamp(1_795_428_000_000),
    }
}

fn subject() -> Subject {
    Subject {
        id: IntegrationId(1),
        application: &ZOOM,
        name: HOSTILE.to_owned(),
        state: IntegrationState::Active,
        state_reason: None,
        users: Some(1),
        running: false,
        last_run: None,
        unread: Vec::new(),
        last_complete_at: Some(Timestamp(1_795_427_000_000)),
        history_since: None,
    }
}

fn users_page() -> Markup {
    let row = users::UserRow {
        key: "a/b?c".to_owned(),
        name: HOSTILE.to_owned(),
        email: HOSTILE.to_owned(),
        fields: vec![None; ZOOM.fields.len()],
        groups: vec![HOSTILE.to_owned()],
        last_sign_in: Seen::Never,
        last_hosted: Seen::Unknown,
        hosted: [Some(0), None, Some(0), None],
        state: ActivityState::Unknown,
        removed: false,
    };
    users::page(
        &shell(Role::Viewer),
        &users::UsersPage {
            subject: subject(),
            params: Params::new("/i/1/users", vec![("q".to_owned(), HOSTILE.to_owned())]),
            matching: 1,
            facets: Vec::new(),
            rows: vec![row],
            inactive_days: 30,
            usual_days: 30,
            sort: Sort::default(),
            before: 0,
            next_cursor: None,
            problems: vec![HOSTILE.to_owned()],
        },
    )
}

fn home_page(role: Role) -> Markup {
    let view = home::HomePage {
        accounts: Vec::new(),
        applications: vec![&ZOOM],
    };
    home::page(&shell(role), &view)
}

fn pages() -> Vec<String> {
    let mut errors = Errors::default();
    errors.add("email", HOSTILE);
    let tiles = integrations::IntegrationsPage {
        tiles: vec![integrations::ApplicationTile {
            application: &ZOOM,
            connections: 0,
            attention: 0,
        }],
    };
    [
        users_page(),
        home_page(Role::Owner),
        integrations::page(&shell(Role::Owner), &tiles),
        setup::page(&setup::SetupPage {
            organisation: HOSTILE.to_owned(),
            errors,
            ..setup::SetupPage::default()
        }),
        error::page(None, &error::ErrorPage::of(404)),
    ]
    .into_iter()
    .map(Markup::into_string)
    .collect()
}

/// Headings, links and buttons of the main part, one per line.
fn outline(page: &Markup) -> String {
    let html = &page.0;
    let main = &html[html.find("<main").unwrap()..html.find("</main>").unwrap()];
    let mut lines = Vec::new();
    for tag in ["h1", "h2", "a", "button"] {
        for (at, _) in main.match_indices(&format!("<{tag}")) {
            let rest = &main[at..];
            if !rest[tag.len() + 1..].starts_with([' ', '>']) {
                continue;
            }
            let end = rest.find(&format!("</{tag}>")).unwrap();
            let text: String = rest[rest.find('>').unwrap() + 1..end]
                .split('<')
                .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
                .collect();
            lines.push((at, format!("{tag} {text}")));
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

#[test]
fn data_never_becomes_markup() {
    for page in pages() {
        assert!(!page.contains("<script>alert"), "{page}");
    }
    assert!(users_page().into_string().contains("/i/1/users/a%2Fb%3Fc"));
}

#[test]
fn the_content_policy_is_kept() {
    for page in pages() {
        assert!(!page.contains(" style=\"") && !page.contains("<style"));
        for (at, _) in page.match_indices("<script") {
            assert!(page[at..].contains("src=\"/assets/"));
        }
        assert!(!page.contains(" onclick=") && !page.contains("javascript:"));
    }
}

#[test]
fn ids_are_unique() {
    for page in pages() {
        let mut seen = BTreeSet::new();
        for (at, _) in page.match_indices(" id=\"") {
            let id = page[at + 5..].split('"').next().unwrap();
            assert!(seen.insert(id), "{id} twice");
        }
    }
}

#[test]
fn an_empty_installation_explains_three_steps_and_starts_the_first() {
    assert_snapshot!(outline(&home_page(Role::Owner)), @r"
    h1 Three steps to the first answer
    h2 Connect Zoom
    a Connect Zoom
    h2 Watch the first sync
    h2 See who uses it
    ");
    assert!(!outline(&home_page(Role::Viewer)).contains("a Connect"));
}

#[test]
fn the_users_page_leads_from_numbers_to_rows() {
    let outline = outline(&users_page());
    assert!(outline.starts_with("h1 Zoom"), "{outline}");
    for part in ["a 1 user", "h2 1 user", "a Export CSV", "a Meetings, 30 d"] {
        assert!(outline.contains(part), "{part} in {outline}");
    }
}

#[test]
fn an_error_page_says_what_to_do() {
    assert_snapshot!(outline(&error::page(None, &error::ErrorPage::of(404))), @r"
    h1 There is nothing at this address
    a Overview
    ");
}
