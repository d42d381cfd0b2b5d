//! Lists in pages: only an empty token ends them, and every page is requested with the same parameters.

use proptest::prelude::*;
use zoom::{Error, PageToken, UserStatus};

use crate::script::{Script, client, json};

fn page(ids: &[u32], next: &str, total: Option<usize>) -> String {
    let users: Vec<String> = ids
        .iter()
        .map(|id| format!(r#"{{"id":"u{id}"}}"#))
        .collect();
    let total = total
        .map(|total| format!(r#""total_records":{total},"#))
        .unwrap_or_default();
    format!(
        r#"{{{total}"next_page_token":"{next}","users":[{}]}}"#,
        users.join(",")
    )
}

/// Follows the list to its end.
async fn all(script: &std::sync::Arc<Script>) -> Vec<String> {
    let client = client(script);
    let (mut ids, mut next) = (Vec::new(), None);
    loop {
        let page = client
            .users(UserStatus::Active, 300, next.as_ref())
            .await
            .unwrap();
        ids.extend(page.items.into_iter().filter_map(|user| user.id));
        next = page.next;
        if next.is_none() {
            return ids;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn r05_an_expired_page_token_is_recognised_at_every_page() {
    for status in [400, 200] {
        let expired = r#"{"code":300,"message":"The next page token is invalid or expired."}"#;
        let script = Script::of([json(status, expired)]);
        let next = PageToken("old".to_owned());
        let error = client(&script)
            .users(UserStatus::Active, 300, Some(&next))
            .await
            .unwrap_err();
        assert_eq!(error, Error::PageTokenExpired);
        assert_eq!(
            script.requests().len(),
            1,
            "asking again with the same token is useless"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn r06_a_repeated_token_is_handed_on_as_it_is() {
    // Only the caller can detect the loop; the client must not hide it.
    let script = Script::of([json(200, &page(&[1], "same", None))]);
    let same = PageToken("same".to_owned());
    let got = client(&script)
        .users(UserStatus::Active, 300, Some(&same))
        .await
        .unwrap();
    assert_eq!(got.next, Some(same));
}

#[tokio::test(start_paused = true)]
async fn r07_only_an_empty_token_ends_a_list() {
    let full: Vec<u32> = (0..300).collect();
    let script = Script::of([
        json(200, &page(&full[..99], "a", None)),
        json(200, &page(&[], "b", None)),
        json(200, &page(&full, "", None)),
    ]);
    assert_eq!(all(&script).await.len(), 399);
    for end in [r#"{"users":[]}"#, r#"{"users":[],"next_page_token":null}"#] {
        let script = Script::of([json(200, end)]);
        assert_eq!(
            client(&script)
                .users(UserStatus::Active, 30, None)
                .await
                .unwrap()
                .next,
            None
        );
    }
}

#[tokio::test(start_paused = true)]
async fn r08_repeated_rows_are_all_handed_on_in_order() {
    let script = Script::of([
        json(200, &page(&[1, 2, 2], "a", None)),
        json(200, &page(&[2, 1, 3], "", None)),
    ]);
    assert_eq!(all(&script).await, ["u1", "u2", "u2", "u2", "u1", "u3"]);
}

#[tokio::test(start_paused = true)]
async fn r10_the_total_is_handed_on_even_if_it_is_wrong() {
    let script = Script::of([json(200, &page(&[1], "", Some(842)))]);
    let got = client(&script)
        .users(UserStatus::Active, 300, None)
        .await
        .unwrap();
    assert_eq!((got.total, got.items.len()), (Some(842), 1));
    for odd in ["null", "-1", r#""many""#, "{}", "1.5"] {
        let body = format!(r#"{{"total_records":{odd},"users":[]}}"#);
        let got = client(&Script::of([json(200, &body)]))
            .users(UserStatus::Active, 300, None)
            .await;
        assert_eq!(got.unwrap().total, None, "{odd}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_division_into_pages_gives_the_same_list(
        pages in prop::collection::vec(prop::collection::vec(0_u32..1000, 0..8), 1..8),
        tokens in prop::collection::vec("[ -!#-\\[\\]-~]{1,20}", 8),
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let last = pages.len() - 1;
            let script = Script::of(pages.iter().enumerate().map(|(n, ids)| {
                json(200, &page(ids, if n == last { "" } else { &tokens[n] }, None))
            }));
            let expected: Vec<String> = pages.iter().flatten().map(|id| format!("u{id}")).collect();
            assert_eq!(all(&script).await, expected);
            let requests = script.requests();
            assert_eq!(requests.len(), pages.len());
            for (n, request) in requests.iter().enumerate() {
                let query: Vec<_> = request.url.query_pairs().into_owned().collect();
                assert_eq!(query[0], ("status".to_owned(), "active".to_owned()));
                assert_eq!(query[1], ("page_size".to_owned(), "300".to_owned()));
                let sent = query.get(2).map(|(_, token)| token.as_str());
                assert_eq!(sent, n.checked_sub(1).map(|before| tokens[before].as_str()));
            }
        });
    }
}
