//! Temporary faults are retried a few times and then reported; a partial answer is never a result.

use std::time::Duration;

use tokio::time::Instant;
use zoom::Error;
use zoom::transport::TransportError;

use crate::script::{Script, client, json, with};

const PAGE: &str = r#"{"page_size":300,"total_records":2,"next_page_token":"","groups":[{"id":"g1","name":"Säles","total_members":2},{"id":"g2","name":"\u00c4"}]}"#;

#[tokio::test(start_paused = true)]
async fn r13_server_faults_pass_within_four_tries() {
    for status in [500, 502, 503, 504, 408] {
        let script = Script::of([
            with(
                status,
                &[("content-type", "text/html")],
                "<h1>Bad gateway</h1>",
            ),
            json(status, r#"{"code":5000,"message":"Internal"}"#),
            with(status, &[], ""),
            json(200, PAGE),
        ]);
        assert_eq!(
            client(&script).groups(300, None).await.unwrap().items.len(),
            2
        );
    }
}

#[tokio::test(start_paused = true)]
async fn r13_lasting_server_faults_end_with_increasing_pauses() {
    let script = Script::always(|_| with(503, &[], ""));
    let error = client(&script).groups(300, None).await.unwrap_err();
    assert_eq!(
        error,
        Error::TooManyRetries {
            status: 503,
            tries: 4
        }
    );
    let times = script.times();
    let pauses: Vec<Duration> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses.len(), 3);
    assert!(pauses[0] >= Duration::from_millis(250), "{pauses:?}");
    assert!(
        pauses.windows(2).all(|pair| pair[1] > pair[0] * 3 / 2),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn r13_a_server_may_say_when_to_come_back() {
    let script = Script::of([with(503, &[("Retry-After", "7")], ""), json(200, PAGE)]);
    let start = Instant::now();
    client(&script).groups(300, None).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(7));
    let script = Script::of([
        with(503, &[("Retry-After", "99999999999999999999")], ""),
        json(200, PAGE),
    ]);
    let start = Instant::now();
    client(&script).groups(300, None).await.unwrap();
    assert!(
        start.elapsed() <= Duration::from_secs(61),
        "an absurd value is capped"
    );
}

#[tokio::test(start_paused = true)]
async fn r16_interrupted_requests_are_retried_and_then_named() {
    let interrupted = || Err(TransportError::Interrupted("connection reset".to_owned()));
    let script = Script::of([interrupted(), Err(TransportError::Timeout), json(200, PAGE)]);
    assert_eq!(
        client(&script).groups(300, None).await.unwrap().items.len(),
        2
    );

    let script = Script::always(|_| Err(TransportError::Timeout));
    let error = client(&script).groups(300, None).await.unwrap_err();
    assert_eq!(error, Error::Transport(TransportError::Timeout));
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn huge_answers_are_not_asked_for_again() {
    let script = Script::always(|_| Err(TransportError::TooLarge { limit: 1 }));
    let error = client(&script).groups(300, None).await.unwrap_err();
    assert_eq!(
        error,
        Error::Transport(TransportError::TooLarge { limit: 1 })
    );
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn r14_a_page_cut_at_any_byte_is_never_a_page() {
    for end in 0..PAGE.len() {
        let cut = PAGE.as_bytes()[..end].to_vec();
        let script = Script::always(move |_| {
            Ok(zoom::transport::HttpResponse {
                status: 200,
                headers: vec![],
                body: cut.clone().into(),
            })
        });
        let error = client(&script).groups(300, None).await.unwrap_err();
        assert!(
            matches!(error, Error::BadResponse { status: 200, .. }),
            "{end}: {error:?}"
        );
        assert_eq!(script.requests().len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn r14_strange_successes_are_retried() {
    for strange in [
        "",
        "<html>please sign in</html>",
        "[]",
        "null",
        "{}",
        "OK",
        r#"{"groups":null,"next_page_token":""}"#,
        r#"{"groups":{},"next_page_token":""}"#,
        r#"{"groups":[],"next_page_token":{}}"#,
        r#"{"groups":[]}{"#,
    ] {
        let script = Script::of([json(200, strange), json(200, PAGE)]);
        let page = client(&script).groups(300, None).await.unwrap();
        assert_eq!(page.items.len(), 2, "{strange}");
    }
}

#[tokio::test(start_paused = true)]
async fn r14_the_content_type_does_not_matter() {
    let script = Script::of([with(200, &[("content-type", "text/html")], PAGE)]);
    assert_eq!(
        client(&script).groups(300, None).await.unwrap().items.len(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn s15_redirects_are_refused() {
    for status in [301, 302, 307, 308] {
        let script = Script::of([with(status, &[("location", "https://evil.example/")], "")]);
        let error = client(&script).groups(300, None).await.unwrap_err();
        assert!(matches!(error, Error::BadResponse { .. }), "{error:?}");
        assert_eq!(script.requests().len(), 1);
    }
}
