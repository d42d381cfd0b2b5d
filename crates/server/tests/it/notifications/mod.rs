//! Notifications and their recipients: with a real mail server and a receiver of webhooks on
//! loopback.

mod delivery;
mod settings;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use store::{Actor, ChannelId, ChannelKind, ChannelSettings, NotificationKind};
use testkit::hook::Call;

use crate::fixture::Town;

pub(crate) const SECRET: &str = "whsec_canary_0123456789";

pub(crate) async fn add(
    town: &Town,
    kind: ChannelKind,
    target: &str,
    events: &[NotificationKind],
    least: Option<&str>,
) -> ChannelId {
    let store = &town.site.install.store;
    let settings = ChannelSettings {
        name: format!("{} channel", kind.value()),
        kind,
        target: SecretString::from(target),
        secret: (kind == ChannelKind::Webhook).then(|| SecretString::from(SECRET)),
        events: events.to_vec(),
        min_amount: least.map(|text| model::Money::parse(text, "EUR".parse().unwrap()).unwrap()),
        on: true,
    };
    store
        .add_channel(&settings, &Actor::Cli, town.now())
        .await
        .unwrap()
}

/// Verifies a signature as a receiver would, with the documented headers only.
pub(crate) fn is_signed(call: &Call, secret: &str) -> bool {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(call.header("seatwise-timestamp").as_bytes());
    mac.update(b".");
    mac.update(&call.body);
    let signature = call
        .header("seatwise-signature")
        .strip_prefix("v1=")
        .unwrap();
    mac.verify_slice(&hex::decode(signature).unwrap()).is_ok()
}
