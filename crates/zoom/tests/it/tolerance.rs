//! R15, R36, R37: whatever a record holds, it is read as far as it can be understood, and the rest of the
//! page is kept.

use proptest::prelude::*;
use zoom::types::User;
use zoom::{Page, UserStatus};

use crate::script::{Script, client, json};

async fn read_bytes(body: Vec<u8>) -> Page<User> {
    let response = zoom::transport::HttpResponse {
        status: 200,
        headers: vec![],
        body: body.into(),
    };
    let script = Script::of([Ok(response)]);
    client(&script)
        .users(UserStatus::Active, 300, None)
        .await
        .unwrap()
}

async fn read(record: &str) -> Page<User> {
    read_bytes(format!(r#"{{"users":[{{"id":"before"}},{record},{{"id":"after"}}]}}"#).into()).await
}

/// The one record between two good ones.
async fn kept(record: &str) -> User {
    let page = read(record).await;
    assert_eq!(page.rejected, [], "{record}");
    assert_eq!(page.items.len(), 3, "{record}");
    page.items[1].clone()
}

/// The members of the only record that could not be understood, each with its reason.
fn unread(user: &User) -> Vec<String> {
    let words = user.unread.iter();
    words
        .map(|unread| format!("{}: {}", unread.member, unread.reason))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn r37_a_member_that_cannot_be_understood_costs_itself_and_not_the_record() {
    for (record, reason) in [
        (
            r#"{"id":"x","type":"canary-value"}"#,
            "type: expected an integer",
        ),
        (r#"{"id":"x","type":[1]}"#, "type: expected an integer"),
        (r#"{"id":"x","type":1.5}"#, "type: expected an integer"),
        (
            r#"{"id":"x","pmi":99999999999999999999}"#,
            "pmi: expected an integer",
        ),
        (r#"{"id":"x","pmi":1e400}"#, "pmi: expected an integer"),
        (r#"{"id":"x","pmi":"NaN"}"#, "pmi: expected an integer"),
        (
            r#"{"id":"x","verified":true}"#,
            "verified: expected an integer",
        ),
        (r#"{"id":"x","dept":["a"]}"#, "dept: expected text"),
        (
            r#"{"id":"x","group_ids":[["a"]]}"#,
            "group_ids: expected text",
        ),
        (
            r#"{"id":"x","group_ids":{"a":1}}"#,
            "group_ids: expected text",
        ),
        (
            r#"{"id":"x","license_info_list":["canary"]}"#,
            "license_info_list: not a JSON object",
        ),
        (
            r#"{"id":"x","dept":"\ud800 lone"}"#,
            "dept: text with a broken escape",
        ),
    ] {
        let user = kept(record).await;
        assert_eq!(user.id.as_deref(), Some("x"), "{record}");
        assert_eq!(unread(&user), [reason], "{record}");
        let rest = User {
            id: Some("x".to_owned()),
            unread: user.unread.clone(),
            ..User::default()
        };
        assert_eq!(user, rest, "{record}");
    }
    let user = kept(r#"{"id":{"canary":1},"email":"a@x.test"}"#).await;
    assert_eq!(unread(&user), ["id: expected text"]);
    assert_eq!(user.email.as_deref(), Some("a@x.test"));
    let user = kept(r#"{"license_info_list":[{"license_option":"canary"}]}"#).await;
    let option = &user.license_info_list[0];
    assert_eq!(option.license_option, None);
    assert_eq!(option.unread[0].member, "license_option");
    let user = kept(r#"{"custom_attributes":[{"name":"Teams","value":["x","y"]}]}"#).await;
    assert_eq!(
        user.custom_attributes[0].name.as_deref(),
        Some("Teams"),
        "a list where a text is documented"
    );
}

#[tokio::test(start_paused = true)]
async fn r15_what_is_no_record_is_rejected_with_its_text_and_the_rest_is_kept() {
    for (record, reason) in [
        (r#""canary""#, "not a JSON object"),
        ("42", "not a JSON object"),
        ("null", "not a JSON object"),
        ("[]", "not a JSON object"),
    ] {
        let page = read(record).await;
        let ids: Vec<_> = page
            .items
            .iter()
            .filter_map(|user| user.id.as_deref())
            .collect();
        assert_eq!(ids, ["before", "after"], "{record}");
        let [rejected] = page.rejected.as_slice() else {
            panic!("{record}: {page:?}")
        };
        assert_eq!(rejected.reason, reason);
        assert_eq!(&*rejected.text.0, record);
        assert_eq!(&*page.texts[1].0, r#"{"id":"after"}"#);
    }
}

#[tokio::test(start_paused = true)]
async fn r36_empty_texts_are_absent_whatever_is_documented() {
    let user = kept(
        r#"{"id":"x","email":"","type":"","pmi":" ","last_login_time":"","group_ids":"","license_info_list":"","verified":""}"#,
    )
    .await;
    assert_eq!(
        user,
        User {
            id: Some("x".to_owned()),
            ..User::default()
        }
    );
    assert_eq!(kept(r#"{"group_ids":["","g"]}"#).await.group_ids, ["g"]);
}

#[tokio::test(start_paused = true)]
async fn r15_nulls_are_absent_and_unknown_members_ignored() {
    let user = kept(
        r#"{"id":"x","dept":null,"type":null,"group_ids":null,"license_info_list":[null],"pic_url":{"a":[1,2]},"new":null}"#,
    )
    .await;
    assert_eq!(
        user,
        User {
            id: Some("x".to_owned()),
            ..User::default()
        }
    );
}

#[tokio::test(start_paused = true)]
async fn r15_numbers_and_text_stand_for_each_other() {
    let user = kept(r#"{"id":123,"type":"2","pmi":"6589310093","role_id":2,"verified":1.0}"#).await;
    assert_eq!(user.id.as_deref(), Some("123"));
    assert_eq!(
        (user.r#type, user.pmi, user.verified),
        (Some(2), Some(6_589_310_093), Some(1))
    );
    assert_eq!(user.role_id.as_deref(), Some("2"));
    assert_eq!(kept(r#"{"type":2e0}"#).await.r#type, Some(2));
    assert_eq!(kept(r#"{"group_ids":"g1"}"#).await.group_ids, ["g1"]);
}

#[tokio::test(start_paused = true)]
async fn r15_64_bit_values_are_exact() {
    for (sent, mask) in [
        ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775808", 1 << 63),
        ("18446744073709551615", u64::MAX),
        ("\"18446744073709551615\"", u64::MAX),
        ("-9223372036854775808", 1 << 63),
        ("-1", u64::MAX),
    ] {
        let user = kept(&format!(
            r#"{{"license_info_list":[{{"license_option":{sent}}}]}}"#
        ))
        .await;
        assert_eq!(
            user.license_info_list[0].license_option,
            Some(mask),
            "{sent}"
        );
    }
    assert_eq!(
        kept(r#"{"pmi":9007199254740993}"#).await.pmi,
        Some(9_007_199_254_740_993)
    );
    assert_eq!(
        kept(r#"{"pmi":9223372036854775807}"#).await.pmi,
        Some(i64::MAX)
    );
}

#[tokio::test(start_paused = true)]
async fn r15_unknown_values_of_enumerations_are_kept() {
    let user = kept(r#"{"type":4711,"status":"hibernating"}"#).await;
    assert_eq!(user.r#type, Some(4711));
    assert_eq!(user.status.as_deref(), Some("hibernating"));
}

#[tokio::test(start_paused = true)]
async fn r15_of_equal_names_the_last_counts() {
    assert_eq!(
        kept(r#"{"id":"a","id":"b","\u0069d":"c"}"#)
            .await
            .id
            .as_deref(),
        Some("c")
    );
    let page = read_bytes(br#"{"users":[{"id":"old"}],"users":[{"id":"new"}]}"#.to_vec()).await;
    assert_eq!(page.items[0].id.as_deref(), Some("new"));
}

#[tokio::test(start_paused = true)]
async fn r15_nuls_escapes_and_bytes_that_are_not_utf_8() {
    assert_eq!(
        kept(r#"{"dept":"a\u0000b"}"#).await.dept.as_deref(),
        Some("a\u{FFFD}b")
    );
    assert_eq!(
        kept(r#"{"dept":"\ud83d\ude00"}"#).await.dept.as_deref(),
        Some("😀")
    );
    let page =
        read_bytes(b"\xEF\xBB\xBF{\"users\":[{\"id\":\"x\",\"dept\":\"S\xE4les\"}]}".to_vec());
    assert_eq!(page.await.items[0].dept.as_deref(), Some("S\u{FFFD}les"));
}

#[tokio::test(start_paused = true)]
async fn r15_deep_nesting_and_long_text_do_no_harm() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(
        kept(&format!(r#"{{"id":"x","deep":{deep}}}"#))
            .await
            .id
            .as_deref(),
        Some("x")
    );
    assert_eq!(
        unread(&kept(&format!(r#"{{"id":{deep}}}"#)).await),
        ["id: expected text"]
    );
    let long = "x".repeat(4_000_000);
    assert_eq!(
        kept(&format!(r#"{{"dept":"{long}"}}"#))
            .await
            .dept
            .map(|d| d.len()),
        Some(4_000_000)
    );

    let script = Script::always(move |_| json(200, &format!(r#"{{"a":{deep},"b":1}}"#)));
    let settings = client(&script).account_settings(None).await.unwrap();
    assert_eq!(settings, serde_json::json!({"b": 1}));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn r15_no_body_brings_the_client_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        answered_somehow(&bytes);
    }

    #[test]
    fn r15_no_mangled_page_brings_the_client_down(
        at in 0_usize..120, with in prop::collection::vec(any::<u8>(), 0..6), cut in 0_usize..6,
    ) {
        let mut body = br#"{"next_page_token":"a","total_records":2,"users":[{"id":"u1","type":2},{"id":"u2","pmi":12,"group_ids":["g"]}]}"#.to_vec();
        let start = at.min(body.len());
        let end = (start + cut).min(body.len());
        body.splice(start..end, with);
        answered_somehow(&body);
    }
}

fn answered_somehow(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(async {
        let body = bytes.to_vec();
        let script = Script::always(move |_| {
            Ok(zoom::transport::HttpResponse {
                status: 200,
                headers: vec![],
                body: body.clone().into(),
            })
        });
        let _ = client(&script).users(UserStatus::Active, 300, None).await;
    });
}
