//! The part of Zoom's settings that may be stored. Settings hold passcodes, tokens and keys among their
//! switches, under names that Zoom adds to every month, so a value is kept only when neither its name nor
//! its shape can be that of a secret: see docs/decisions/0016-settings-without-secrets.md.

use serde_json::{Map, Value};

/// Parts of names under which only switches are kept.
const SECRET_NAMES: [&str; 13] = [
    "password",
    "passcode",
    "passphrase",
    "pass_code",
    "pwd",
    "pin",
    "token",
    "secret",
    "credential",
    "key",
    "certificate",
    "signature",
    "auth_code",
];
/// Longest text that counts as a word of a list of choices.
const LONGEST_WORD: usize = 40;

/// The settings without everything that may be a secret.
pub(crate) fn shown(settings: &Value) -> Value {
    kept(settings, false).unwrap_or_else(|| Value::Object(Map::new()))
}

/// The value without its secrets; `None` when nothing of it may be kept. `secret` says that its name is
/// that of a secret.
fn kept(value: &Value, secret: bool) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(_) => Some(value.clone()),
        Value::Number(_) => (!secret).then(|| value.clone()),
        Value::String(text) => (!secret && is_choice(text)).then(|| value.clone()),
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().filter_map(|it| kept(it, secret)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let members = members.iter().filter_map(|(name, value)| {
                let secret = secret || is_secret_name(name);
                // A name is shown too, so it has to be one.
                let value = kept(value, secret).filter(|_| is_name(name))?;
                Some((name.clone(), value))
            });
            let members: Map<String, Value> = members.collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

fn is_name(name: &str) -> bool {
    name.len() <= 2 * LONGEST_WORD
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Whether a text is a word of a list of choices (`host_only`, `US`): short, and of letters only, because
/// generated secrets have digits.
fn is_choice(text: &str) -> bool {
    text.len() <= LONGEST_WORD
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' '))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn s37_passcodes_tokens_and_keys_are_left_out_whatever_they_are_called() {
        let settings = json!({
            "schedule_meeting": {
                "host_video": true,
                "audio_type": "both",
                "pmi_password": "canary-1",
                "require_password_for_instant_meetings": true,
                "meeting_password_requirement": {"length": 8, "have_letter": true},
                "default_password_for_scheduled_meetings": "123456",
                "personal_pin": 123_456
            },
            "chat": {"send_data_to_third_party_archiving_service": {
                "enable": true, "type": "Smarsh", "smtp_delivery_address": "a@x.test",
                "user_name": "canary 4", "passcode": "canary-2",
                "authorized_channel_token": "canary-3"
            }},
            "new_integration": {"handle": "sk-canary-5", "words": ["canary6", "host"]},
            "feature": {"meeting_capacity": 300},
            "canary 7!": true
        });
        let shown = shown(&settings);
        assert!(!shown.to_string().contains("canary"), "{shown}");
        assert!(!shown.to_string().contains("123456"), "{shown}");
        assert_eq!(
            shown,
            json!({
                "schedule_meeting": {
                    "host_video": true,
                    "audio_type": "both",
                    "require_password_for_instant_meetings": true,
                    "meeting_password_requirement": {"have_letter": true}
                },
                "chat": {"send_data_to_third_party_archiving_service": {
                    "enable": true, "type": "Smarsh"
                }},
                "new_integration": {"words": ["host"]},
                "feature": {"meeting_capacity": 300}
            })
        );
    }
}
