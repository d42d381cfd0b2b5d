//! Asking users first, from the mail to the effect of the answer: with a real mail server and over HTTP.

use model::{FindingState, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::{Actor, Answer, ChangeFilter, OnSilence, QuestionState, QuestionTemplate};
use testkit::database::Kind;
use testkit::on_both_engines;
use testkit::smtp::{Stage, Trouble};
use testkit::web::{Visitor, text_of};

use crate::fixture::{DAY, EVIL, Town, decide, mail_settings};

on_both_engines!(
    who_is_asked_keeps_it_with_one_click_and_is_left_in_peace,
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
    opening_changes_nothing(&town, &path).await;
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

async fn opening_changes_nothing(town: &Town, path: &str) {
    let (site, store, anybody) = (&town.site, &town.site.install.store, Visitor::new());
    let before = store.dump().await.unwrap();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let seen = anybody.send(method, &site.at(path), &[], None).await;
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
    let settings = mail_settings(&town.smtp);
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
