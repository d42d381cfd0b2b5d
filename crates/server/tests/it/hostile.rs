//! Names and texts that contain markup or formulas: they are shown unchanged as text on every page.

use model::{AdminChange, Clock, Group, Role, Timestamp};
use store::SyncWrite;
use testkit::web::Visitor;

use crate::fixture::{self, Site};

const PAYLOADS: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u{202e}evil\u{202c} <b>",
    "a\u{200b}b<i>",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "line\nbreak\r\nSet-Cookie: a=b",
];

/// Text that would be in the page if a value had not been escaped.
const DANGEROUS: [&str; 6] = [
    "<script>alert",
    "<img src=x",
    "<svg/onload",
    "<b>",
    "<i>",
    "<% ",
];

/// Users, groups, changes and settings whose texts are the payloads.
fn hostile_rows(now: Timestamp) -> Vec<SyncWrite> {
    let mut people = fixture::people(now);
    for (n, payload) in PAYLOADS.iter().enumerate() {
        let mut user = fixture::user(
            &format!("u{n}{payload}"),
            payload,
            fixture::fields(&[
                ("department", fixture::text(payload)),
                ("last_client_version", fixture::text(payload)),
                ("user_status", fixture::text(payload)),
                ("user_type", fixture::text(payload)),
            ]),
            now,
        );
        user.email = format!("{payload}@acme.example");
        user.groups = vec![format!("g{n}{payload}")];
        people.push(user);
    }
    let mut writes = fixture::rows(now, people);
    writes.push(SyncWrite::Groups(
        PAYLOADS
            .iter()
            .enumerate()
            .map(|(n, payload)| Group {
                id: format!("g{n}{payload}"),
                name: (*payload).to_owned(),
                total_members: None,
            })
            .collect(),
    ));
    writes.push(SyncWrite::AdminChanges(
        PAYLOADS
            .iter()
            .map(|payload| AdminChange {
                at: now,
                operator: (*payload).to_owned(),
                category: (*payload).to_owned(),
                action: (*payload).to_owned(),
                detail: (*payload).to_owned(),
                ordinal: 0,
            })
            .collect(),
    ));
    let json = serde_json::to_string(&PAYLOADS).unwrap();
    writes.push(SyncWrite::AccountSettings {
        section: "settings".to_owned(),
        json: format!("{{\"<script>alert(1)</script>\": {json}}}"),
    });
    writes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s08_hostile_texts_are_shown_and_not_run() {
    let (site, id) = Site::connected().await;
    let now = site.install.clock.now();
    fixture::write(&site, id, hostile_rows(now)).await;
    let owner = site.visitor(Role::Owner).await;
    let mut paths: Vec<String> = [
        "/",
        "/i/1",
        "/i/1/users",
        "/i/1/users?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/i/1/users?department=%3Cscript%3Ealert(1)%3C/script%3E&sort=%3Cb%3E",
        "/i/1/users?%3Cb%3E=%3Cb%3E",
        "/i/1/groups",
        "/i/1/account",
        "/i/1/account?q=%3Cb%3E",
        "/i/1/sign-ins?email=%3Cb%3E&from=%3Cb%3E",
        "/i/1/admin-changes",
        "/i/1/admin-changes?q=%3Cb%3E&category=%3Cb%3E&operator=%3Cb%3E",
        "/sign-in?next=/%3Cb%3E",
        "/%3Cb%3E",
        "/oauth/zoom/callback?error=%3Cb%3E&state=%3Cb%3E",
    ]
    .map(str::to_owned)
    .to_vec();
    for (n, payload) in PAYLOADS.iter().enumerate() {
        let mut url = site.at("/i/1/users/");
        url.path_segments_mut()
            .unwrap()
            .pop()
            .push(&format!("u{n}{payload}"));
        paths.push(url.path().to_owned());
    }
    for path in paths {
        for visitor in [&owner, &Visitor::new()] {
            let seen = site.get(visitor, &path).await;
            assert!(!seen.status.is_server_error(), "{path}: {}", seen.body);
            for dangerous in DANGEROUS {
                assert!(!seen.body.contains(dangerous), "{path}: {dangerous}");
            }
        }
    }
    let seen = site.get(&owner, "/i/1/users?limit=100").await;
    assert!(seen.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_the_csv_contains_the_shown_values_and_no_formula() {
    let (site, id) = Site::connected().await;
    let now = site.install.clock.now();
    let mut people = fixture::people(now);
    people.push(fixture::user(
        "mal",
        "=HYPERLINK(\"http://evil.example\",\"a, b\")",
        fixture::fields(&[
            ("department", fixture::text("+1\n2")),
            ("user_type", fixture::text("pro")),
        ]),
        now,
    ));
    fixture::write(&site, id, fixture::rows(now, people)).await;
    let viewer = site.visitor(Role::Viewer).await;
    let seen = site
        .get(&viewer, "/i/1/users.csv?user_type=pro&sort=email")
        .await;
    assert_eq!(
        seen.headers["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    let name = seen.headers["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"Zoom-"), "{name}");
    insta::with_settings!({prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("users_csv", seen.body.replace('\r', ""));
    });
    let lines: Vec<_> = seen.body.split("\r\n").collect();
    assert_eq!(
        lines.len(),
        5,
        "a head, three rows, and the end: {}",
        seen.body
    );
    let wrong = site.get(&viewer, "/i/1/users.csv?usertype=pro").await;
    assert_eq!(wrong.status, 400);
}
