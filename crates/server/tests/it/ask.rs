//! Asking users first, from the mail to the ledger: with a real mail server and over HTTP.

use model::{FindingState, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::{Actor, Answer, ChangeFilter, ChangeState, OnSilence, QuestionState, QuestionTemplate};
use testkit::database::Kind;
use testkit::on_both_engines;
use testkit::smtp::{Stage, Trouble};
use testkit::web::{Visitor, text_of};

use crate::outward::{DAY, EVIL, Town};

on_both_engines!(
    who_is_asked_keeps_it_with_one_click_and_is_left_in_peace,
    a_returned_licence_is_listed_promised_realised_and_lost,
    silence_counts_as_was_said_and_only_after_a_question,
    a_question_survives_a_bad_mail_server_and_is_one_message,
    two_processes_ask_once,
);

async fn who_is_asked_keeps_it_with_one_click_and_is_left_in_peace(kind: Kind) {
    let town = Town::new(kind).await;
    let finding = town.finding("eve").await;
    let id = town.ask("eve", OnSilence::Nothing).await;
    town.duties().await;
    town.duties().await;
    let mails = town.smtp.mails();
    assert_eq!(mails.len(), 1, "asked once");
    let mail = &mails[0];
    assert_eq!(mail.to, ["eve@acme.example"]);
    assert_eq!(mail.from, "licences@acme.example");
    // S08: names are shown unchanged and only as text.
    let shown = EVIL.replace("\r\n", "  ");
    assert!(mail.text().contains(&shown), "{}", mail.text());
    assert!(!mail.html().contains("<script"));
    let headers = mail.header_names();
    assert!(!headers.iter().any(|name| name.eq_ignore_ascii_case("bcc")));
    for loaded in ["<img", " src=", "url("] {
        assert!(!mail.html().contains(loaded), "a letter loads nothing");
    }
    assert!(mail.subject().contains("Licensed"), "{}", mail.subject());
    let case = town.case().await;
    let reason = case
        .findings
        .headline(case.roster(), &case.finding(&finding).unwrap());
    assert!(mail.text().contains(&reason), "{reason}: {}", mail.text());
    let request = town.request(id).await;
    assert_eq!(request.state, QuestionState::Sent);
    assert!(mail.text().contains(&request.expires_at.day().long()));

    // Opening the link of a mail several times changes nothing.
    let (site, store) = (&town.site, &town.site.install.store);
    let (path, anybody) = (town.link("eve"), Visitor::new());
    assert!(!store.dump().await.unwrap().contains(&path[8..]), "S20");
    let before = store.dump().await.unwrap();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let seen = anybody.send(method, &site.at(&path), &[], None).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert_eq!(seen.headers["cache-control"], "no-store");
        assert!(
            seen.headers["x-robots-tag"]
                .to_str()
                .unwrap()
                .contains("noindex")
        );
        assert!(!seen.headers.contains_key("set-cookie"));
    }
    assert!(
        before == store.dump().await.unwrap(),
        "looking changes nothing"
    );
    let page = site.get(&anybody, &path).await;
    assert!(page.body.contains("&lt;script&gt;"), "shown as text");
    assert!(!page.body.contains("<script>alert"));
    assert!(text_of(&page.body).contains(&reason));
    assert_eq!(page.forms().len(), 3);
    // A page of another origin can't answer.
    let forged = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];
    let seen = site
        .post(&anybody, &path, &[("answer", "give_up")], &forged)
        .await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    // An empty or unknown answer is refused.
    let seen = site.submit(&anybody, &path, &[("answer", "maybe")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(town.request(id).await.state, QuestionState::Sent);

    let fields = [("answer", "keep"), ("reason", "Quarterly <b>all-hands</b>")];
    let seen = site.submit(&anybody, &path, &fields).await;
    let seen = anybody.follow(seen).await;
    assert!(seen.body.contains("the licence stays"), "{}", seen.body);
    let request = town.request(id).await;
    assert_eq!(request.answer, Some(Answer::Keep));
    assert_eq!(request.note, "Quarterly <b>all-hands</b>");
    assert_eq!(town.state(&finding).await, Some(FindingState::Kept));
    // A second answer changes nothing; the page shows the state.
    let seen = site.submit(&anybody, &path, &[("answer", "give_up")]).await;
    assert!(seen.body.contains("the licence stays"), "{}", seen.body);
    assert_eq!(town.request(id).await.answer, Some(Answer::Keep));
    let cooling = store
        .recent_answers(town.id, town.now().plus_ms(-90 * DAY))
        .await;
    assert_eq!(cooling.unwrap()[0].user_key, "eve");
    // No reminder is sent after an answer, and the finding is open again after the waiting time.
    town.pass_days(8);
    town.duties().await;
    assert_eq!(town.smtp.mails().len(), 1);
    town.later(82).await;
    assert_eq!(town.state(&finding).await, Some(FindingState::Kept));
    town.later(1).await;
    assert_eq!(town.state(&finding).await, Some(FindingState::Open));
}

async fn a_returned_licence_is_listed_promised_realised_and_lost(kind: Kind) {
    let town = Town::new(kind).await;
    let (site, store, id) = (&town.site, &town.site.install.store, town.id);
    let finding = town.finding("eve").await;
    town.ask("eve", OnSilence::Nothing).await;
    town.duties().await;
    let path = town.link("eve");
    let seen = site
        .submit(&Visitor::new(), &path, &[("answer", "give_up")])
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(town.state(&finding).await, Some(FindingState::Accepted));
    let ledger = async || store.ledger(id).await.unwrap().remove(0);
    let change = async || {
        let changes = store.changes(id, &ChangeFilter::default()).await.unwrap();
        assert_eq!(changes.len(), 1);
        changes[0].clone()
    };
    assert_eq!(change().await.state, ChangeState::Listed);
    let manager = site.visitor(Role::LicenceManager).await;
    for path in [
        "/i/1/changes".to_owned(),
        format!("/i/1/changes/{}", change().await.id),
    ] {
        let page = site.get(&manager, &path).await;
        assert!(page.body.contains("by the link in the e-mail"), "{path}");
        assert!(!page.body.contains("question:"), "{}", page.body);
    }
    let promised = ledger().await;
    assert_eq!(
        promised.promised.unwrap().to_string(),
        change().await.saving.unwrap().to_string()
    );
    assert_eq!(promised.realised_on, None);
    // A sync that still finds the licence changes nothing.
    town.later(1).await;
    town.duties().await;
    assert_eq!(ledger().await.realised_on, None);
    // An administrator removes the licence at the application.
    town.pass_days(1);
    town.read("basic", &[]).await;
    town.duties().await;
    assert_eq!(ledger().await.realised_on, Some(town.now().day()));
    assert_eq!(change().await.state, ChangeState::Done);
    // The finding is gone, and no link leads to it.
    let number = change().await.id;
    let manager = site.visitor(Role::LicenceManager).await;
    for path in ["/i/1/changes", "/i/1/ledger"] {
        let page = site.get(&manager, path).await.body;
        assert!(page.contains(&format!("/i/1/changes/{number}\"")), "{page}");
        assert!(!page.contains("/findings/dormant~licensed~eve"), "{path}");
    }
    let page = site.get(&manager, &format!("/i/1/changes/{number}")).await;
    assert!(
        page.body.contains("Evidence at the time of the decision"),
        "{}",
        page.body
    );
    // Later the licence is assigned again.
    town.later(3).await;
    town.duties().await;
    assert_eq!(ledger().await.lost_on, Some(town.now().day()));
    let told = store.finding_history(id, &finding).await.unwrap();
    let told: Vec<_> = told.iter().map(|event| event.text.as_str()).collect();
    for part in ["Asked by e-mail", "gives it up", "seen gone", "seen back"] {
        assert!(
            told.iter().any(|text| text.contains(part)),
            "{part}: {told:?}"
        );
    }
}

async fn silence_counts_as_was_said_and_only_after_a_question(kind: Kind) {
    let town = Town::new(kind).await;
    let store = &town.site.install.store;
    let (eve, fay) = (town.finding("eve").await, town.finding("fay").await);
    let accept = town.ask("eve", OnSilence::Accept).await;
    let nothing = town.ask("fay", OnSilence::Nothing).await;
    town.duties().await;
    let first = town.smtp.to("eve@acme.example").remove(0);
    assert!(first.text().contains("we take it that you don't need it"));
    let to_fay = town.smtp.to("fay@acme.example").remove(0);
    assert!(to_fay.text().contains("nothing changes"));
    town.later(7).await;
    town.duties().await;
    town.duties().await;
    let mails = town.smtp.to("eve@acme.example");
    assert_eq!(mails.len(), 2, "reminded once");
    assert!(mails[1].subject().starts_with("Reminder: "));
    let start = town.site.url.as_str();
    assert_eq!(mails[0].word(start), mails[1].word(start), "one link");
    town.later(7).await;
    town.duties().await;
    assert_eq!(town.request(accept).await.state, QuestionState::Silent);
    assert_eq!(town.state(&eve).await, Some(FindingState::Accepted));
    assert_eq!(town.request(nothing).await.state, QuestionState::Silent);
    assert_eq!(town.state(&fay).await, Some(FindingState::Open));
    let changes = store
        .changes(town.id, &ChangeFilter::default())
        .await
        .unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].finding, eve);
    // The link has ended too.
    let seen = town.site.get(&Visitor::new(), &town.link("fay")).await;
    assert_eq!(seen.status, StatusCode::GONE);
    assert!(seen.body.contains("too late"), "{}", seen.body);

    // A question that was sent shortly before its end has no effect without an answer.
    store
        .reopen(
            town.id,
            std::slice::from_ref(&eve),
            None,
            &Actor::Cli,
            town.now(),
        )
        .await
        .unwrap();
    let late = town.ask("eve", OnSilence::Accept).await;
    store.set_smtp(None, &Actor::Cli, town.now()).await.unwrap();
    town.duties().await;
    assert_eq!(town.request(late).await.state, QuestionState::Waiting);
    town.later(10).await;
    let settings = crate::outward::settings(&town.smtp);
    store
        .set_smtp(Some(&settings), &Actor::Cli, town.now())
        .await
        .unwrap();
    town.duties().await;
    assert_eq!(town.request(late).await.state, QuestionState::Sent);
    town.later(4).await;
    town.duties().await;
    assert_eq!(town.request(late).await.state, QuestionState::Closed);
    assert_eq!(town.state(&eve).await, Some(FindingState::Open));
}

async fn a_question_survives_a_bad_mail_server_and_is_one_message(kind: Kind) {
    let town = Town::new(kind).await;
    let (store, clock) = (&town.site.install.store, &town.site.install.clock);
    let id = town.ask("eve", OnSilence::Nothing).await;
    town.smtp
        .trouble(Stage::To, Trouble::Answer("450 4.2.1 greylisted"));
    town.duties().await;
    assert!(town.smtp.mails().is_empty());
    assert_eq!(town.request(id).await.state, QuestionState::Waiting);
    let message = store.messages(1, None).await.unwrap().remove(0);
    assert!(message.error.contains("greylisted"), "{}", message.error);
    assert_eq!(message.attempts, 1);
    town.duties().await;
    assert_eq!(town.smtp.sessions(), 1, "not tried again at once");
    // The mail server accepts the mail, but the connection breaks before the confirmation.
    clock.advance_ms(60_000);
    town.smtp.trouble(Stage::Data, Trouble::Break);
    town.duties().await;
    assert_eq!(town.request(id).await.state, QuestionState::Waiting);
    clock.advance_ms(300_000);
    town.duties().await;
    assert_eq!(town.request(id).await.state, QuestionState::Sent);
    let ids: Vec<_> = town
        .smtp
        .mails()
        .iter()
        .map(|m| m.header("Message-ID"))
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "mail programs see one message");

    // The address does not exist: the question is withdrawn, with the reason.
    let fay = town.finding("fay").await;
    let gone = town.ask("fay", OnSilence::Accept).await;
    town.smtp
        .trouble(Stage::To, Trouble::Answer("550 5.1.1 no such person"));
    town.duties().await;
    assert_eq!(town.request(gone).await.state, QuestionState::Closed);
    assert_eq!(town.state(&fay).await, Some(FindingState::Open));
    let told = store.finding_history(town.id, &fay).await.unwrap();
    assert!(
        told.iter()
            .any(|event| event.text.contains("no such person")),
        "{told:?}"
    );
}

async fn two_processes_ask_once(kind: Kind) {
    let town = Town::new(kind).await;
    town.ask("eve", OnSilence::Nothing).await;
    town.ask("fay", OnSilence::Nothing).await;
    let one = town.process(town.site.install.engine.clone());
    let (engine, _) = town.site.install.another("second");
    let other = town.process(engine);
    tokio::join!(
        service::jobs::run_once(&one.context),
        service::jobs::run_once(&other.context)
    );
    service::jobs::run_once(&other.context).await;
    service::jobs::run_once(&one.context).await;
    assert_eq!(town.smtp.mails().len(), 2);
    let sent = |request: &store::Question| request.state == QuestionState::Sent;
    assert!(town.requests().await.iter().all(sent));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_of_a_colleague_ends_the_question() {
    let town = Town::new(Kind::Sqlite).await;
    let store = &town.site.install.store;
    let finding = town.finding("eve").await;
    let id = town.ask("eve", OnSilence::Nothing).await;
    town.duties().await;
    let path = town.link("eve");
    let exempt = store::NewDecision {
        until: Some(town.now().day().plus(400)),
        reason: "On leave".to_owned(),
        ..store::NewDecision::new(&finding, FindingState::Exempt)
    };
    store
        .decide(town.id, &[exempt], &Actor::Cli, town.now())
        .await
        .unwrap();
    // No reminder is sent, and the mailed link decides nothing any more.
    town.pass_days(8);
    town.duties().await;
    assert_eq!(town.smtp.mails().len(), 1);
    let page = town.site.get(&Visitor::new(), &path).await;
    assert!(page.forms().is_empty(), "{}", page.body);
    assert_eq!(town.request(id).await.state, QuestionState::Closed);
    let decided = store.decisions(town.id).await.unwrap();
    let states: Vec<_> = decided.iter().map(|row| row.state).collect();
    assert_eq!(states, [FindingState::Exempt]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_licence_is_handed_over_only_to_a_colleague() {
    let town = Town::new(Kind::Sqlite).await;
    let id = town.ask("eve", OnSilence::Nothing).await;
    town.duties().await;
    let (path, anybody) = (town.link("eve"), Visitor::new());
    for (to, why) in [
        ("nonsense", "name@example.com"),
        ("who@acme.example", "Nobody else"),
        ("eve@acme.example", "Nobody else"),
        ("fay@acme.example", "already has such a licence"),
    ] {
        let fields = [("answer", "hand_over"), ("to", to)];
        let seen = town.site.submit(&anybody, &path, &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.body.contains(why), "{to}: {}", seen.body);
        assert!(
            seen.body.contains(&format!("value=\"{to}\"")),
            "nothing typed is lost"
        );
    }
    let fields = [("answer", "hand_over"), ("to", "Ben@Acme.example")];
    let seen = town.site.submit(&anybody, &path, &fields).await;
    let seen = anybody.follow(seen).await;
    assert!(
        seen.body.contains("a colleague will have it"),
        "{}",
        seen.body
    );
    let request = town.request(id).await;
    let to = "ben@acme.example".to_owned();
    assert_eq!(request.answer, Some(Answer::HandOver { to }));
    let store = &town.site.install.store;
    let changes = store
        .changes(town.id, &ChangeFilter::default())
        .await
        .unwrap();
    assert_eq!(changes.len(), 1);
    // The seat is handed over and not saved.
    assert_eq!((changes[0].seats, changes[0].saving), (0, None));
    let told = store
        .finding_history(town.id, &request.finding)
        .await
        .unwrap();
    assert!(
        told.iter()
            .any(|event| event.text.contains("ben@acme.example"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_or_expired_link_is_explained_with_a_remedy() {
    let town = Town::new(Kind::Sqlite).await;
    let id = town.ask("eve", OnSilence::Accept).await;
    town.duties().await;
    let (path, anybody) = (town.link("eve"), Visitor::new());
    let last = if path.ends_with('A') { 'B' } else { 'A' };
    let cut = &path[..path.len() - 1];
    for wrong in [
        cut.to_owned(),
        format!("{cut}{last}"),
        format!("{path}A"),
        "/answer/AAAA".to_owned(),
        format!("/answer/{}", "A".repeat(66)),
        "/answer/%00".to_owned(),
    ] {
        let seen = town.site.get(&anybody, &wrong).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{wrong}");
        assert!(
            seen.body.contains("This link does not work"),
            "{}",
            seen.body
        );
        assert!(seen.body.contains("What to do"));
        let seen = town
            .site
            .submit(&anybody, &wrong, &[("answer", "keep")])
            .await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    // Expired, although no job has processed it yet.
    town.pass_days(14);
    let seen = town.site.get(&anybody, &path).await;
    assert_eq!(seen.status, StatusCode::GONE);
    assert!(seen.body.contains("too late to answer"), "{}", seen.body);
    let seen = town
        .site
        .submit(&anybody, &path, &[("answer", "keep")])
        .await;
    assert_eq!(seen.status, StatusCode::GONE);
    assert_eq!(town.request(id).await.answer, None);
    // The question is withdrawn.
    town.later(0).await;
    let fay = town.ask("fay", OnSilence::Nothing).await;
    town.duties().await;
    let store = &town.site.install.store;
    store
        .close_question(fay, &Actor::Cli, town.now())
        .await
        .unwrap();
    let seen = town.site.get(&anybody, &town.link("fay")).await;
    assert_eq!(seen.status, StatusCode::GONE);
    assert!(
        seen.body.contains("This question was withdrawn"),
        "{}",
        seen.body
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s17_one_address_cannot_try_links_without_end() {
    let town = Town::new(Kind::Sqlite).await;
    let anybody = Visitor::new();
    let from = async |address: &str| {
        let headers = [("accept", "text/html"), ("x-forwarded-for", address)];
        let url = town.site.at("/answer/AAAA");
        anybody.send(Method::GET, &url, &headers, None).await
    };
    for _ in 0..120 {
        assert_eq!(from("203.0.113.1").await.status, StatusCode::NOT_FOUND);
    }
    let seen = from("203.0.113.1").await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(seen.headers.contains_key("retry-after"));
    assert_eq!(from("203.0.113.2").await.status, StatusCode::NOT_FOUND);
    town.site.install.clock.advance_ms(60_000);
    assert_eq!(from("203.0.113.1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_in_the_organisations_own_words() {
    let town = Town::new(Kind::Sqlite).await;
    let store = &town.site.install.store;
    let template = QuestionTemplate {
        subject: "{organisation}: {licence}?".to_owned(),
        body: "Hallo {person},\n\nbis {deadline}: {link}\n\n{unknown}".to_owned(),
    };
    store
        .set_question_template(Some(&template), &Actor::Cli, town.now())
        .await
        .unwrap();
    town.ask("fay", OnSilence::Nothing).await;
    town.duties().await;
    let mail = town.smtp.mails().remove(0);
    assert_eq!(mail.subject(), "Acme: Licensed?");
    assert!(
        mail.text()
            .starts_with("Hallo Fay Wray,\n\nbis 7 December 2026: http")
    );
    assert!(
        mail.text().contains("{unknown}"),
        "what nobody knows stays as written"
    );
    // A member without the permission for settings may not change the texts.
    let viewer = town.site.visitor(Role::Viewer).await;
    let fields = [("subject", "x"), ("body", "{link}")];
    let seen = town
        .site
        .submit(&viewer, "/settings/notifications/words", &fields)
        .await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}

/// Applies an action to findings through the API.
async fn decide(town: &Town, who: &Visitor, body: serde_json::Value) -> testkit::web::Seen {
    let path = format!("/api/v1/integrations/{}/findings/decisions", town.id);
    who.send(
        Method::POST,
        &town.site.at(&path),
        &[("content-type", "application/json")],
        Some(body.to_string()),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_gone_against_by_name_only_and_the_link_says_so() {
    let town = Town::new(Kind::Sqlite).await;
    let program = Visitor::with_token(&town.site.token(Role::LicenceManager).await);
    let (eve, fay) = (town.finding("eve").await, town.finding("fay").await);
    town.ask("eve", OnSilence::Nothing).await;
    town.ask("fay", OnSilence::Nothing).await;
    town.duties().await;
    let (to_eve, to_fay) = (town.link("eve"), town.link("fay"));
    let anybody = Visitor::new();
    let fields = [("answer", "keep"), ("reason", "I teach in March")];
    town.site.submit(&anybody, &to_eve, &fields).await;
    // All matching findings, without answered ones and without open questions.
    let all = json!({"action": "accept", "dry_run": true,
        "filter": {"state": ["open", "kept", "asked"]}});
    let seen = decide(&town, &program, all.clone()).await;
    let effect = seen.json();
    let why = |id: &str| {
        let left = effect["left_out"].as_array().unwrap().iter();
        let left = left.clone().find(|left| left["finding"] == id).unwrap();
        left["why"].as_str().unwrap().to_owned()
    };
    assert!(why(&eve).contains("answered"), "{effect}");
    assert!(why(&eve).contains("I teach in March"), "{effect}");
    assert!(why(&fay).contains("has not answered yet"), "{effect}");
    // Named findings are not accepted either, unless `override` is set.
    let mut named = json!({"action": "accept", "ids": [eve, fay]});
    assert_eq!(decide(&town, &program, named.clone()).await.status, 409);
    let mut forced = all;
    forced["override"] = json!(true);
    let seen = decide(&town, &program, forced).await;
    assert_eq!(seen.status, 400, "{}", seen.body);
    // The page names the author of the answer and requires a tick.
    let manager = town.site.visitor(Role::LicenceManager).await;
    let fields = [
        ("action", "accept"),
        ("finding", eve.as_str()),
        ("finding", fay.as_str()),
    ];
    let path = format!("/i/{}/findings/preview", town.id);
    let page = town.site.submit(&manager, &path, &fields).await;
    assert!(page.body.contains(r#"name="override""#), "{}", page.body);
    assert!(page.body.contains("I teach in March"), "{}", page.body);
    named["override"] = json!(true);
    let seen = decide(&town, &program, named).await;
    assert_eq!(seen.json()["findings"], 2, "{}", seen.body);
    assert_eq!(town.state(&eve).await, Some(FindingState::Accepted));
    // The links show the state.
    let page = town.site.get(&anybody, &to_eve).await;
    assert!(
        page.body.contains("Your answer was overruled"),
        "{}",
        page.body
    );
    let page = town.site.get(&anybody, &to_fay).await;
    assert!(page.body.contains("without your answer"), "{}", page.body);
    assert!(!page.body.contains("nothing to do"), "{}", page.body);
    // An exemption has to be reopened first.
    let exempt = json!({"action": "exempt", "ids": [fay], "until": "2027-06-01", "reason": "fair"});
    assert_eq!(decide(&town, &program, exempt).await.status, 200);
    let taken = json!({"action": "accept", "ids": [fay], "override": true});
    let seen = decide(&town, &program, taken).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    assert!(seen.body.contains("is exempt until"), "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_licence_goes_once_and_an_exemption_holds_it_under_every_rule() {
    let town = Town::new(Kind::Sqlite).await;
    let program = Visitor::with_token(&town.site.token(Role::LicenceManager).await);
    let (store, now) = (&town.site.install.store, town.now());
    let dormant = town.finding("eve").await;
    let accept = json!({"action": "accept", "ids": [dormant]});
    assert_eq!(decide(&town, &program, accept).await.status, 200);
    // A list of employees without Eve: she becomes a leaver, and her licence is already on the
    // change list.
    let people = store::ImportedPerson {
        email: "fay@acme.example".to_owned(),
        left_on: None,
    };
    store
        .import_people(town.id, &[people], "test", &Actor::Cli, now)
        .await
        .unwrap();
    let leaver = town.finding("eve").await;
    assert_ne!(leaver, dormant);
    let mut accept = json!({"action": "accept", "ids": [leaver], "dry_run": true});
    let seen = decide(&town, &program, accept.clone()).await;
    let why = seen.json()["left_out"][0]["why"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(why.contains("is on the change list already"), "{why}");
    accept["dry_run"] = json!(false);
    assert_eq!(decide(&town, &program, accept).await.status, 409);
    // Another rule does not list or promise it a second time.
    let listed = store
        .changes(town.id, &ChangeFilter::default())
        .await
        .unwrap();
    let again = store::NewChange {
        finding: leaver.clone(),
        external_id: listed[0].external_id.clone(),
        email: listed[0].email.clone(),
        from: listed[0].from.clone(),
        to: listed[0].to.clone(),
        seats: 1,
        evidence_json: "{}".to_owned(),
        saving: listed[0].saving,
        seat_free_on: None,
        invoice_lower_on: None,
    };
    let numbers = store
        .accept_findings(town.id, &[again], None, &Actor::Cli, now)
        .await
        .unwrap();
    assert_eq!(numbers, [listed[0].id]);
    assert_eq!(store.ledger(town.id).await.unwrap().len(), 1);

    // An exemption of one finding applies to the licence, whichever rule finds it.
    let fay = town.finding("fay").await;
    let user = fay.rsplit('~').next().unwrap();
    let exempt = store::NewDecision {
        until: Some(now.day().plus(100)),
        reason: "The fair".to_owned(),
        ..store::NewDecision::new(
            format!("attendee_only~licensed~{user}"),
            FindingState::Exempt,
        )
    };
    let accept = json!({"action": "accept", "ids": [fay]});
    assert_eq!(decide(&town, &program, accept.clone()).await.status, 200);
    let manager = town.site.visitor(Role::LicenceManager).await;
    let export = format!("/i/{}/changes.sh", town.id);
    let seen = town.site.get(&manager, &export).await;
    assert!(seen.body.contains("fay@acme.example"), "{}", seen.body);
    store
        .decide(town.id, &[exempt], &Actor::Cli, now)
        .await
        .unwrap();
    assert_eq!(town.state(&fay).await, Some(FindingState::Exempt));
    let seen = town.site.get(&manager, &export).await;
    assert!(!seen.body.contains("fay@acme.example"), "{}", seen.body);
    assert_eq!(decide(&town, &program, accept).await.status, 409);
    // Reopening withdraws the decision, whichever rule it was made under.
    let reopen = json!({"action": "reopen", "ids": [fay]});
    assert_eq!(decide(&town, &program, reopen).await.status, 200);
    assert_eq!(town.state(&fay).await, Some(FindingState::Open));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_that_the_change_list_offers_can_be_taken() {
    let town = Town::new(Kind::Sqlite).await;
    let (store, now) = (&town.site.install.store, town.now());
    let of = |finding: String, user: &str, from: &str, to: &str| store::NewChange {
        finding,
        external_id: Some(user.to_owned()),
        email: format!("{user}@acme.example"),
        from: from.to_owned(),
        to: to.to_owned(),
        seats: 1,
        evidence_json: "{}".to_owned(),
        saving: None,
        seat_free_on: None,
        invoice_lower_on: None,
    };
    let changes = [
        of(town.finding("eve").await, "eve", "licensed", "basic"),
        of(
            "under_licensed~licensed~ben".to_owned(),
            "ben",
            "basic",
            "licensed",
        ),
    ];
    store
        .accept_findings(town.id, &changes, None, &Actor::Cli, now)
        .await
        .unwrap();
    let manager = town.site.visitor(Role::LicenceManager).await;
    let page = town
        .site
        .get(&manager, &format!("/i/{}/changes", town.id))
        .await;
    let links: Vec<String> = page
        .body
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.contains("/changes."))
        .map(|href| href.replace("&amp;", "&"))
        .collect();
    assert!(links.len() >= 4, "{links:?}");
    for link in &links {
        let seen = town.site.get(&manager, link).await;
        assert_eq!(seen.status, 200, "{link}: {}", seen.body);
    }
    let api = format!(
        "/api/v1/integrations/{}/changes/export?plan=licensed",
        town.id
    );
    let seen = town.site.get(&manager, &api).await;
    assert_eq!(seen.status, 400);
    assert!(
        seen.body.contains("plan=licensed&to=basic"),
        "{}",
        seen.body
    );
    let seen = town.site.get(&manager, &format!("{api}&to=basic")).await;
    assert!(seen.body.contains("eve@acme.example"), "{}", seen.body);
    assert!(!seen.body.contains("ben@acme.example"), "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_always_states_the_effect_of_no_answer() {
    let town = Town::new(Kind::Sqlite).await;
    let program = Visitor::with_token(&town.site.token(Role::LicenceManager).await);
    let (eve, fay) = (town.finding("eve").await, town.finding("fay").await);
    let own = "Still needed? Tell us: {link}";
    for (finding, silence) in [(&eve, "accept"), (&fay, "nothing")] {
        let body =
            json!({"action": "ask", "ids": [finding], "message": own, "on_silence": silence});
        let seen = decide(&town, &program, body).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
    }
    town.duties().await;
    let mail = town.smtp.to("eve@acme.example").remove(0);
    assert!(mail.text().contains("we take it that"), "{}", mail.text());
    let mail = town.smtp.to("fay@acme.example").remove(0);
    assert!(
        !mail.text().contains("If we hear nothing"),
        "{}",
        mail.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_addresses_of_questions_lead_to_the_new_ones() {
    let town = Town::new(Kind::Sqlite).await;
    let viewer = town.site.visitor(Role::Viewer).await;
    let id = town.id;
    for (old, new) in [
        (
            "/requests?state=asked".to_owned(),
            "/questions?state=asked".to_owned(),
        ),
        (
            format!("/api/v1/integrations/{id}/requests?limit=5"),
            format!("/api/v1/integrations/{id}/questions?limit=5"),
        ),
    ] {
        let seen = town.site.get(&viewer, &old).await;
        assert_eq!(seen.status, StatusCode::PERMANENT_REDIRECT, "{old}");
        assert_eq!(seen.headers["location"], new.as_str());
        let seen = town.site.get(&viewer, &new).await;
        assert_eq!(seen.status, StatusCode::OK, "{new}");
    }
}
