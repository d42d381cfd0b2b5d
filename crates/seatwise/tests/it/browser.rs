//! An administrator's path in a real browser, from the empty server to an exported list of filtered
//! users. Every page must have an empty console, keep the content security policy, pass axe, and fit on
//! a small phone.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::browser::Browser;
use testkit::wait::until;
use testkit::web::Visitor;

use crate::program::{OWNER, PASSWORD, Served};

/// The nine fields by which users are filtered.
const FIELDS: [&str; 9] = [
    "department",
    "user_status",
    "user_type",
    "last_client_version",
    "meeting_capacity",
    "large_meeting_enabled",
    "large_meeting_capacity",
    "webinar",
    "webinar_capacity",
];

/// A small phone, in CSS pixels.
const PHONE: u32 = 360;
const DESK: u32 = 1280;

/// A browser session that collects the problems of the pages that it opens.
struct Journey {
    browser: Browser,
    served: Served,
    wrong: Vec<String>,
}

impl Journey {
    async fn begin(users: u64, set_up: impl FnOnce(&mut zoom_sim::Config)) -> Self {
        let served = Served::start(users, set_up).await;
        let browser = Browser::start().await;
        browser.set_width(DESK).await;
        Self {
            browser,
            served,
            wrong: Vec::new(),
        }
    }

    async fn open(&self, path: &str) {
        self.browser.open(self.served.at(path).as_str()).await;
    }

    /// Records the problems of the current page.
    async fn inspect(&mut self, page: &str) {
        let mut found = self.browser.inaccessible().await;
        self.browser.set_width(PHONE).await;
        found.extend(
            self.browser
                .overflowing()
                .await
                .into_iter()
                .map(|it| format!("at {PHONE} px: {it}")),
        );
        found.extend(
            self.browser
                .inaccessible()
                .await
                .into_iter()
                .map(|it| format!("at {PHONE} px: {it}")),
        );
        self.browser.set_width(DESK).await;
        found.extend(self.browser.complaints().await);
        found.sort();
        found.dedup();
        self.wrong
            .extend(found.into_iter().map(|it| format!("{page}: {it}")));
    }

    /// Records the problems of an error page. Its status in the console is expected, because the browser
    /// logs every status that is an error.
    async fn inspect_refusal(&mut self, page: &str) {
        let said = self.browser.complaints().await;
        let said = said
            .into_iter()
            .filter(|line| !line.contains("Failed to load resource"));
        self.wrong.extend(said.map(|it| format!("{page}: {it}")));
        let found = self.browser.inaccessible().await;
        self.wrong
            .extend(found.into_iter().map(|it| format!("{page}: {it}")));
    }

    async fn set_up(&mut self) {
        self.open("/").await;
        self.browser.arrives_at("/setup").await;
        self.inspect("setup").await;
        let code = self.served.setup_code().await;
        for (field, text) in [
            ("code", code.as_str()),
            ("organisation", "Acme"),
            ("name", "Olivia Owner"),
            ("email", OWNER),
            ("password", PASSWORD),
            ("repeat", PASSWORD),
        ] {
            self.browser.type_into(field, text).await;
        }
        self.browser.press("Create the owner").await;
        until("the owner is in", async || {
            (!self.browser.url().await.contains("/setup")).then_some(())
        })
        .await;
        if self.browser.url().await.contains("/sign-in") {
            self.sign_in().await;
        }
    }

    async fn sign_in(&self) {
        self.browser.type_into("email", OWNER).await;
        self.browser.type_into("password", PASSWORD).await;
        self.browser.press("Sign in").await;
        until("the owner is signed in", async || {
            (!self.browser.url().await.contains("/sign-in")).then_some(())
        })
        .await;
    }

    /// Goes from the menu to Zoom's sign-in page.
    async fn go_to_zoom(&mut self, look: bool) {
        self.open("/").await;
        self.browser.press("Integrations").await;
        self.browser.arrives_at("/integrations").await;
        if look {
            self.inspect("integrations").await;
        }
        self.browser.click("a[href='/integrations/zoom']").await;
        self.browser.arrives_at("/integrations/zoom").await;
        if look {
            self.inspect("zoom").await;
        }
        self.browser.press("Add Integration").await;
        self.browser.arrives_at("/integrations/zoom/add").await;
        self.browser.sees("service account").await;
        if look {
            self.inspect("add").await;
        }
        let app = self.served.zoom.sim.oauth_app();
        let asks = self
            .browser
            .script(
                "return !!document.querySelector('[name=client_id]:not([type=hidden])')?.required",
            )
            .await;
        if asks == true {
            self.browser.type_into("client_id", &app.client_id).await;
            self.browser
                .type_into("client_secret", &app.client_secret)
                .await;
        }
        self.browser.press("Continue to Zoom").await;
        self.browser.arrives_at("/oauth/authorize").await;
    }

    async fn at_zoom(&self, account: usize, button: &str) {
        let person = self.served.zoom.sim.accounts()[account].sign_ins[0].clone();
        self.browser.type_into("email", &person.email).await;
        self.browser.type_into("password", &person.password).await;
        self.browser.press("Sign in").await;
        self.browser.sees("user:read").await;
        self.browser.press(button).await;
        until("back from Zoom", async || {
            self.browser
                .url()
                .await
                .starts_with(self.served.url.as_str())
                .then_some(())
        })
        .await;
    }

    async fn end(self) {
        self.browser.close().await;
        let ended = self.served.server.stop().await;
        let warned: Vec<&str> = ended
            .err
            .lines()
            .filter(|line| line.contains(" WARN ") || line.contains(" ERROR "))
            .collect();
        assert!(
            self.wrong.is_empty(),
            "{} findings: {:#?}",
            self.wrong.len(),
            self.wrong
        );
        assert!(warned.is_empty(), "{warned:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_journey_from_an_empty_server_to_a_file_of_users() {
    let mut journey = Journey::begin(150, |_| ()).await;
    journey.set_up().await;
    journey.inspect("home, nothing connected").await;

    journey.go_to_zoom(true).await;
    journey.at_zoom(0, "Authorize").await;
    watch_the_first_sync(&mut journey).await;

    filter_by_every_field(&mut journey).await;
    take_the_file(&journey).await;

    let key = journey
        .browser
        .holds("return document.querySelector('tr[data-row] th a')?.getAttribute('href')")
        .await;
    let user = key.as_str().unwrap().to_owned();
    for path in [
        "/",
        "/integrations",
        "/integrations/zoom",
        "/i/1",
        "/i/1/users",
        &user,
        "/i/1/groups",
        "/i/1/account",
        "/i/1/meetings",
        "/i/1/sign-ins",
        "/i/1/admin-changes",
        "/i/1/runs",
        "/i/1/disconnect",
        "/members",
        "/settings",
        "/audit",
        "/api",
        "/integrations/zoom/add?method=server-to-server",
    ] {
        journey.open(path).await;
        journey.inspect(path).await;
    }
    journey.open("/no/such/page").await;
    journey.inspect_refusal("not found").await;

    // Sign out and in again.
    journey.open("/").await;
    journey
        .browser
        .script("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
        .await;
    journey.browser.arrives_at("/sign-in").await;
    journey.inspect("sign-in").await;
    journey.sign_in().await;
    journey.browser.sees("Integrations").await;
    journey.end().await;
}

/// The page shows the authorising user, the granted permissions and the first sync.
async fn watch_the_first_sync(journey: &mut Journey) {
    journey.browser.arrives_at("/i/1").await;
    let person = journey.served.zoom.sim.accounts()[0].sign_ins[0].clone();
    journey.browser.sees(&person.email).await;
    journey.browser.sees(&person.account_id).await;
    for stream in ["Users", "Sign-in", "Groups"] {
        journey.browser.sees(stream).await;
    }
    // The progress is updated without loading the page again.
    journey.browser.script("window.sameDocument = true").await;
    let look = "const p = document.querySelector('#progress');
        return [window.sameDocument === true, p.dataset.running, p.innerText]";
    let mut seen = BTreeSet::new();
    until("the page shows that the sync is complete", async || {
        let progress = journey.browser.script(look).await;
        if progress[0] == true {
            seen.insert(progress[2].to_string());
        }
        (progress[1] == "false" && progress[2].as_str()?.contains("complete")).then_some(())
    })
    .await;
    assert!(seen.len() >= 3, "the progress is live: {seen:?}");
    // The message of the first load is still there when the sync has ended; the rest was updated.
    let rest = "const text = document.querySelector('#main').innerText;
        return [window.sameDocument === true,
            !!document.querySelector('[data-flash] [data-dismiss]:not([hidden])'),
            text.includes('Zoom is connected'), text.includes('Sync now'),
            /\\d+ users/.test(document.querySelector('#facts').innerText)]";
    until(
        "all of the page follows without being loaded again",
        async || {
            let found = journey.browser.script(rest).await;
            let found = found.as_array()?.clone();
            found.iter().all(|it| it == true).then_some(())
        },
    )
    .await;
    journey.inspect("integration").await;
}

async fn matching(browser: &Browser) -> String {
    let head = browser
        .script("return document.querySelector('.result-head h2')?.innerText || ''")
        .await;
    head.as_str().unwrap_or_default().to_owned()
}

async fn filter_by_every_field(journey: &mut Journey) {
    journey.open("/i/1/users").await;
    journey
        .browser
        .holds("return !!document.querySelector('tr[data-row]')")
        .await;
    journey.inspect("users").await;
    let everybody = matching(&journey.browser).await;
    for field in FIELDS {
        let option = format!("#facets input[name='{field}']");
        let facet: Value = journey
            .browser
            .script(&format!(
                "const o = document.querySelector(\"{option}\"); \
                 return [o.value, o.closest('label').querySelector('.facet-count').innerText]"
            ))
            .await;
        let (value, count) = (facet[0].as_str().unwrap(), facet[1].as_str().unwrap());
        journey.browser.point_at(&option).await;
        journey.browser.arrives_at(&format!("{field}=")).await;
        until(&format!("{count} match {field}={value}"), async || {
            let head = matching(&journey.browser).await;
            (head.starts_with(&format!("{count} of "))
                || head.starts_with(&format!("{count} user")))
            .then_some(())
        })
        .await;
        // The address alone gives the same list.
        let address = journey.browser.url().await;
        journey.browser.open(&address).await;
        assert!(
            matching(&journey.browser).await.starts_with(count),
            "{address}"
        );
        // The chip removes the filter.
        journey.browser.click(".chips a.chip").await;
        until("the filter is gone", async || {
            let gone = !journey.browser.url().await.contains(&format!("{field}="));
            (gone && matching(&journey.browser).await == everybody).then_some(())
        })
        .await;
    }
    journey.browser.type_into("q", "zzzz-unknown").await;
    journey.browser.sees("No users match").await;
    journey.inspect("users, no match").await;
    journey
        .open("/i/1/users?user_type=pro&user_status=active&sort=-last_sign_in")
        .await;
    journey.inspect("users, filtered").await;
}

/// Checks that the export contains the rows of the page.
async fn take_the_file(journey: &Journey) {
    let shown = matching(&journey.browser).await;
    let script = "const a = document.querySelector('a[download]');
        const request = new XMLHttpRequest(); request.open('GET', a.href, false); request.send();
        return [request.status, request.getResponseHeader('content-type'), request.responseText];";
    let file = journey.browser.script(script).await;
    assert_eq!(file[0], 200);
    assert!(file[1].as_str().unwrap().starts_with("text/csv"));
    let mut reader = csv::Reader::from_reader(file[2].as_str().unwrap().as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.into_records().map(Result::unwrap).collect();
    let count = shown.split(' ').next().unwrap();
    assert_eq!(rows.len().to_string(), count, "{shown}");
    let column = header
        .iter()
        .position(|name| name == "user_type" || name == "User type")
        .unwrap();
    assert!(
        rows.iter()
            .all(|row| row[column].to_lowercase().contains("pro")),
        "{rows:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_at_zoom_ends_on_a_page_that_says_so() {
    let mut journey = Journey::begin(40, |_| ()).await;
    journey.set_up().await;

    journey.go_to_zoom(false).await;
    journey.at_zoom(0, "Decline").await;
    journey.browser.sees("declined").await;
    journey.inspect_refusal("declined").await;

    // A `state` parameter that this browser did not receive is refused.
    journey
        .open("/oauth/zoom/callback?code=abc&state=made-up")
        .await;
    journey.browser.sees("Start again").await;
    journey.inspect_refusal("wrong state").await;
    journey.open("/oauth/zoom/callback").await;
    journey.browser.sees("Start again").await;

    // A code works only once: the callback address is refused the second time.
    journey.go_to_zoom(false).await;
    let person = journey.served.zoom.sim.accounts()[0].sign_ins[0].clone();
    let authorise: url::Url = journey.browser.url().await.parse().unwrap();
    let back = testkit::install::walk_through_zoom(
        &authorise,
        &person.email,
        &person.password,
        "Authorize",
    )
    .await;
    journey.browser.open(back.as_str()).await;
    journey.browser.arrives_at("/i/1").await;
    journey.browser.complaints().await;
    journey.browser.open(back.as_str()).await;
    journey.browser.sees("completed already").await;
    journey.inspect_refusal("used code").await;
    // None of these requests disclosed anything or connected another account.
    journey.open("/integrations/zoom").await;
    let connections = journey.browser.script("return new Set([...document.querySelectorAll('main a[href^=\"/i/\"]')].map(a => a.getAttribute('href').split('/')[2])).size").await;
    assert_eq!(connections, 1);
    journey.browser.complaints().await;
    journey.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s08_hostile_names_are_shown_as_they_are_and_run_nothing() {
    let mut journey = Journey::begin(60, |config| config.faults.hostile_names = true).await;
    journey.set_up().await;
    let visitor = Visitor::new();
    let page = visitor.open(&journey.served.at("/sign-in")).await;
    let form = page
        .form("/sign-in")
        .fill("email", OWNER)
        .fill("password", PASSWORD);
    let seen = visitor.submit(&page, &form).await;
    visitor.follow(seen).await;
    journey.served.connect_by_oauth(&visitor, 0).await;
    journey.served.first_sync(&visitor, 1).await;

    // Names in the API and on the page are the same.
    let hostile = hostile_names(&journey, &visitor).await;
    journey.open("/i/1/users?limit=200").await;
    journey.browser.script(
        "window.ran = []; window.alert = (t) => window.ran.push('' + t);
         document.addEventListener('securitypolicyviolation', (e) => window.ran.push(e.violatedDirective));",
    ).await;
    let shown = journey
        .browser
        .script(
            "return [...document.querySelectorAll('tr[data-row] th a')].map(a => a.textContent)",
        )
        .await;
    let shown: Vec<&str> = shown
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for name in &hostile {
        assert!(
            shown.contains(&name.trim()),
            "{name:?} is not shown verbatim"
        );
    }
    journey.inspect("hostile users").await;
    let links = journey.browser.script("return [...document.querySelectorAll('tr[data-row] th a')].filter(a => /[<=\"]/.test(a.textContent)).map(a => a.getAttribute('href'))").await;
    for link in links
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .take(4)
    {
        journey.open(link).await;
        journey.inspect(link).await;
    }
    for path in ["/i/1", "/i/1/groups", "/i/1/sign-ins", "/i/1/admin-changes"] {
        journey.open(path).await;
        journey.inspect(path).await;
    }
    let elements = journey
        .browser
        .script("return document.querySelectorAll('img[onerror], [onload], iframe, object').length")
        .await;
    assert_eq!(elements, 0);
    assert_eq!(
        journey
            .browser
            .script("return (window.ran || []).length")
            .await,
        0
    );
    no_cell_is_a_formula(&journey, &visitor).await;
    journey.end().await;
}

/// The names in the API that markup, a spreadsheet or a text direction could misread.
async fn hostile_names(journey: &Journey, visitor: &Visitor) -> Vec<String> {
    let seen = visitor
        .open(&journey.served.at("/api/v1/integrations/1/users?limit=200"))
        .await
        .json();
    let names: Vec<String> = seen["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["display_name"].as_str().unwrap().to_owned())
        .collect();
    let hostile: Vec<String> = names
        .iter()
        .filter(|name| name.contains(['<', '=', '"', '\u{202e}']))
        .cloned()
        .collect();
    assert!(hostile.len() >= 3, "{names:?}");
    hostile
}

/// Names in a file are not formulas, because a spreadsheet would run them.
async fn no_cell_is_a_formula(journey: &Journey, visitor: &Visitor) {
    let csv = visitor
        .open(&journey.served.at("/i/1/users.csv"))
        .await
        .body;
    for row in csv::Reader::from_reader(csv.as_bytes())
        .into_records()
        .map(Result::unwrap)
    {
        for cell in &row {
            assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{cell:?}");
        }
    }
}
