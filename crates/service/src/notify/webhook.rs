//! Webhooks: the body in the format of the receiver, and the headers that prove the sender.
//!
//! Generic receivers get JSON with the headers `Seatwise-Event` (the kind of notice),
//! `Seatwise-Delivery` (the same for every attempt, so that a receiver can ignore duplicates),
//! `Seatwise-Timestamp` (seconds since 1970) and `Seatwise-Signature`: `v1=` and the HMAC-SHA256, in
//! hexadecimal digits, of the timestamp, a full stop and the body as sent, with the channel's secret
//! as key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::notice::Notice;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// A program that checks the signature.
    Generic,
    Slack,
    /// A workflow of Microsoft Teams.
    Teams,
}

/// Headers and body of a request.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub headers: HeaderMap<HeaderValue>,
    pub body: Vec<u8>,
}

/// The request for a notice. `delivery` is the same for every attempt; `now` is signed, so that a
/// receiver can reject old requests.
pub fn prepare(
    receiver: Receiver,
    notice: &Notice,
    secret: &SecretString,
    delivery: &str,
    now: Timestamp,
) -> Prepared {
    let body = match receiver {
        Receiver::Generic => generic(notice, delivery),
        Receiver::Slack => slack(notice),
        Receiver::Teams => teams(notice),
    };
    let body = body.to_string().into_bytes();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if receiver == Receiver::Generic {
        let timestamp = now.0.div_euclid(1000);
        let signature = signature(secret, timestamp, &body);
        for (name, value) in [
            ("seatwise-event", notice.kind.value()),
            ("seatwise-delivery", delivery),
            ("seatwise-timestamp", &timestamp.to_string()),
            ("seatwise-signature", &format!("v1={signature}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
    Prepared { headers, body }
}

/// The signature of a body sent at this time, in seconds since 1970.
pub fn signature(secret: &SecretString, timestamp: i64, body: &[u8]) -> String {
    // HMAC accepts keys of any length. An empty key would be worthless, so a channel always has one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        return String::new();
    };
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

fn generic(notice: &Notice, delivery: &str) -> Value {
    json!({
        "id": delivery,
        "event": notice.kind.value(),
        "at": notice.at,
        "organisation": notice.organisation,
        "title": notice.title,
        "lines": notice.lines,
        "link": notice.link,
        "data": notice.data,
    })
}

/// Slack's blocks. All texts are `plain_text`, so that no name is read as markup; in the text for
/// notifications the three characters are escaped that Slack requires.
fn slack(notice: &Notice) -> Value {
    let plain = |text: &str, most: usize| {
        let text: String = text.chars().take(most).collect();
        json!({ "type": "plain_text", "text": text, "emoji": false })
    };
    let mut blocks = vec![json!({ "type": "section", "text": plain(&notice.title, 3000) })];
    if !notice.lines.is_empty() {
        let lines: Vec<String> = notice
            .lines
            .iter()
            .map(|line| format!("• {line}"))
            .collect();
        blocks.push(json!({ "type": "section", "text": plain(&lines.join("\n"), 3000) }));
    }
    blocks.push(json!({
        "type": "actions",
        "elements": [{
            "type": "button",
            "text": plain("Open Seatwise", 75),
            "url": notice.link,
        }],
    }));
    let text = notice
        .title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    json!({ "text": text, "blocks": blocks })
}

/// An adaptive card for Teams. Texts are runs of rich text, because Teams does not read them as
/// markup.
fn teams(notice: &Notice) -> Value {
    let paragraph = |text: &str, bold: bool| {
        let mut run = json!({ "type": "TextRun", "text": text });
        if bold {
            run["weight"] = json!("Bolder");
            run["size"] = json!("Medium");
        }
        json!({ "type": "RichTextBlock", "inlines": [run] })
    };
    let mut body = vec![paragraph(&notice.title, true)];
    body.extend(
        notice
            .lines
            .iter()
            .map(|line| paragraph(&format!("• {line}"), false)),
    );
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
                "actions": [{
                    "type": "Action.OpenUrl",
                    "title": "Open Seatwise",
                    "url": notice.link,
                }],
            },
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::super::notice::NoticeKind;
    use super::*;

    fn notice() -> Notice {
        Notice {
            kind: NoticeKind::NewFindings,
            at: Timestamp(1_795_000_000_000),
            organisation: "Acme".to_owned(),
            title: "3 new findings in <!channel> *Zoom* & [x](https://evil.example)".to_owned(),
            lines: vec![
                "Dormant: 2 \u{202e}seats".to_owned(),
                "\"quoted\"\n<b>".to_owned(),
            ],
            link: "https://seats.example/i/1/findings".to_owned(),
            data: json!({ "findings": 3 }),
        }
    }

    #[test]
    fn s16_the_signature_is_the_documented_one() {
        // Made with OpenSSL: printf '%s' '1795000000.{"a":1}' | openssl dgst -sha256 -hmac …
        let secret = SecretString::from("whsec_0123456789");
        let made = signature(&secret, 1_795_000_000, br#"{"a":1}"#);
        assert_eq!(made, EXPECTED);
        let prepared = prepare(
            Receiver::Generic,
            &notice(),
            &secret,
            "d-1",
            Timestamp(1_795_000_000_999),
        );
        let header = |name: &str| prepared.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("seatwise-timestamp"), "1795000000");
        assert_eq!(header("seatwise-event"), "findings.new");
        assert_eq!(header("seatwise-delivery"), "d-1");
        let expected = signature(&secret, 1_795_000_000, &prepared.body);
        assert_eq!(header("seatwise-signature"), format!("v1={expected}"));
        let body: Value = serde_json::from_slice(&prepared.body).unwrap();
        assert_eq!(body["data"]["findings"], 3);
        assert_eq!(body["lines"][1], "\"quoted\"\n<b>");
    }

    const EXPECTED: &str = "543ba60e13936c1bd3b9abe444e9bade283e69e743deb2a4412fef8ea1d01fd2";

    #[test]
    fn s08_names_are_text_and_not_markup_in_chats() {
        let secret = SecretString::from("x");
        let body = |receiver| {
            let prepared = prepare(receiver, &notice(), &secret, "d", Timestamp(0));
            assert!(
                !prepared.headers.contains_key("seatwise-signature")
                    || receiver == Receiver::Generic
            );
            serde_json::from_slice::<Value>(&prepared.body).unwrap()
        };
        let slack = body(Receiver::Slack);
        assert!(!slack["text"].as_str().unwrap().contains('<'));
        for block in slack["blocks"].as_array().unwrap() {
            let kind = block["text"]["type"].as_str().unwrap_or("plain_text");
            assert_eq!(kind, "plain_text");
        }
        assert_eq!(slack["blocks"][0]["text"]["text"], notice().title);
        let teams = body(Receiver::Teams);
        let card = &teams["attachments"][0]["content"];
        assert!(!card.to_string().contains("\"TextBlock\""), "no markdown");
        assert_eq!(card["body"][0]["inlines"][0]["text"], notice().title);
        assert_eq!(card["actions"][0]["url"], notice().link);
    }
}
