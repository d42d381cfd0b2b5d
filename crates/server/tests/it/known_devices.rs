//! Devices with which a member has signed in before, and proxies that hide all devices behind one
//! address.

use model::Role;
use reqwest::Method;
use testkit::web::{Seen, Visitor};

use crate::fixture::{PASSWORD, Site, address};

/// The address that all people share.
const OFFICE: &str = "203.0.113.1";
const DAY: i64 = 24 * 3_600_000;

async fn try_from(
    site: &Site,
    visitor: &Visitor,
    role: Role,
    network_address: &str,
    password: &str,
) -> u16 {
    let headers = [("x-forwarded-for", network_address)];
    let seen = site
        .sign_in(visitor, &address(role), password, &headers)
        .await;
    seen.status.as_u16()
}

/// Wrong passwords for the owner, until strangers in the office are refused.
async fn flood(site: &Site) {
    for n in 0..8 {
        let wrong = format!("wrong {n}");
        try_from(site, &Visitor::new(), Role::Owner, OFFICE, &wrong).await;
    }
    let stranger = Visitor::new();
    let status = try_from(site, &stranger, Role::Owner, OFFICE, PASSWORD).await;
    assert_eq!(status, 429);
}

/// Wrong passwords from everywhere, until all strangers are refused.
async fn flood_from_everywhere(site: &Site) {
    for n in 0..60 {
        let elsewhere = format!("192.0.2.{n}");
        try_from(site, &Visitor::new(), Role::Owner, &elsewhere, "wrong").await;
    }
    let stranger = Visitor::new();
    let status = try_from(site, &stranger, Role::Owner, "192.0.2.200", PASSWORD).await;
    assert_eq!(status, 429);
}

async fn known(site: &Site, role: Role) -> Visitor {
    let visitor = Visitor::new();
    let elsewhere = "198.51.100.7";
    assert_eq!(
        try_from(site, &visitor, role, elsewhere, PASSWORD).await,
        303
    );
    visitor
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s33_a_known_device_is_not_locked_out_by_others() {
    let site = Site::with_members().await;
    let owner = known(&site, Role::Owner).await;
    let second = known(&site, Role::Owner).await;
    let viewer = known(&site, Role::Viewer).await;
    let cookies = owner.cookies(&site.url);
    assert!(cookies.contains("seatwise-device="), "{cookies}");
    flood(&site).await;
    flood_from_everywhere(&site).await;
    assert_eq!(
        try_from(&site, &owner, Role::Owner, OFFICE, PASSWORD).await,
        303
    );
    // The device of another member is a stranger's.
    assert_eq!(
        try_from(&site, &viewer, Role::Owner, OFFICE, PASSWORD).await,
        429
    );
    // A device that was lost has a budget too, and another device has its own.
    for _ in 0..10 {
        assert_eq!(
            try_from(&site, &owner, Role::Owner, OFFICE, "wrong").await,
            401
        );
    }
    assert_eq!(
        try_from(&site, &owner, Role::Owner, OFFICE, PASSWORD).await,
        429
    );
    assert_eq!(
        try_from(&site, &second, Role::Owner, OFFICE, PASSWORD).await,
        303
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s33_a_device_is_known_until_it_is_old_or_the_password_changes() {
    let site = Site::with_members().await;
    let owner = known(&site, Role::Owner).await;
    let cookie = owner.cookies(&site.url);
    let device = cookie
        .split("; ")
        .find(|cookie| cookie.starts_with("seatwise-device="));
    let device = device.unwrap().to_owned();
    let with = async |cookie: &str, password: &str| {
        let headers = [("x-forwarded-for", OFFICE), ("cookie", cookie)];
        let owner = address(Role::Owner);
        let seen = site
            .sign_in(&Visitor::new(), &owner, password, &headers)
            .await;
        seen.status.as_u16()
    };
    flood(&site).await;
    assert_eq!(with(&device, PASSWORD).await, 303);
    let at = device.len() - 20;
    for forged in [
        format!(
            "{}{}{}",
            &device[..at],
            if &device[at..=at] == "A" { "B" } else { "A" },
            &device[at + 1..]
        ),
        device[..at].to_owned(),
        "seatwise-device=AAAA".to_owned(),
    ] {
        assert_eq!(with(&forged, PASSWORD).await, 429, "{forged}");
    }
    site.install.clock.advance_ms(181 * DAY);
    flood(&site).await;
    assert_eq!(with(&device, PASSWORD).await, 429, "it is old");

    let site = Site::with_members().await;
    let owner = known(&site, Role::Owner).await;
    let new = "another horse battery staple";
    let fields = [("current", PASSWORD), ("password", new), ("repeat", new)];
    let old = owner.cookies(&site.url);
    let old = old
        .split("; ")
        .find(|cookie| cookie.starts_with("seatwise-device="));
    let old = old.unwrap().to_owned();
    let seen = site.submit(&owner, "/settings/password", &fields).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    flood(&site).await;
    let headers = [("x-forwarded-for", OFFICE), ("cookie", old.as_str())];
    let seen = site
        .sign_in(&Visitor::new(), &address(Role::Owner), new, &headers)
        .await;
    assert_eq!(seen.status, 429, "a device of the old password");
    assert_eq!(try_from(&site, &owner, Role::Owner, OFFICE, new).await, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s33_a_proxy_that_is_not_configured_is_named() {
    let site = Site::without_trusted_proxy().await.peopled().await;
    let (owner, viewer) = (
        site.visitor(Role::Owner).await,
        site.visitor(Role::Viewer).await,
    );
    let settings = async |visitor: &Visitor| -> Seen { site.get(visitor, "/settings").await };
    let named = |seen: &Seen| seen.body.contains("SEATWISE_TRUST_FORWARDED_FOR");
    assert!(!named(&settings(&owner).await));
    for name in ["x-forwarded-for", "forwarded"] {
        let headers = [(name, "for=198.51.100.7")];
        let health = site.at("/healthz");
        Visitor::new()
            .send(Method::GET, &health, &headers, None)
            .await;
    }
    assert!(named(&settings(&owner).await));
    assert!(
        !named(&settings(&viewer).await),
        "a viewer cannot change it"
    );
    let store = &site.install.store;
    assert!(service::proxy::was_recorded(store).await.unwrap());
    service::proxy::forget(store).await.unwrap();
    assert!(!service::proxy::was_recorded(store).await.unwrap());
}
