//! The pages behind the links in questions, where holders of a licence answer.

use model::{FindingState, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::{Actor, Answer, ChangeFilter, OnSilence};
use testkit::database::Kind;
use testkit::web::Visitor;

use crate::fixture::{Town, decide};

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
