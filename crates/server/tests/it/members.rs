//! Members and their roles.

use model::Role;
use reqwest::StatusCode;

use crate::fixture::{PASSWORD, Site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_only_owners_change_owners_and_no_member_their_own_role() {
    let site = Site::with_members().await;
    let store = &site.install.store;
    let admin = site.visitor(Role::Administrator).await;
    let owner = site.visitor(Role::Owner).await;
    let members = store.members().await.unwrap();
    let of = |role: Role| {
        members
            .iter()
            .find(|member| member.role == role)
            .unwrap()
            .id
    };
    let (the_owner, the_admin, viewer) =
        (of(Role::Owner), of(Role::Administrator), of(Role::Viewer));
    for (path, fields) in [
        (
            format!("/members/{the_owner}/role"),
            vec![("role", "viewer")],
        ),
        (format!("/members/{the_owner}/disable"), vec![]),
        (
            format!("/members/{the_owner}/password"),
            vec![("password", "a new long password")],
        ),
        (format!("/members/{viewer}/role"), vec![("role", "owner")]),
    ] {
        let seen = site.submit(&admin, &path, &fields).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
    }
    for (visitor, id) in [(&admin, the_admin), (&owner, the_owner)] {
        for action in ["role", "disable"] {
            let path = format!("/members/{id}/{action}");
            let seen = site.submit(visitor, &path, &[("role", "viewer")]).await;
            assert_eq!(seen.status, StatusCode::CONFLICT, "{path}");
        }
    }
    let seen = site
        .submit(
            &admin,
            "/members",
            &[
                ("name", "Eve"),
                ("email", "eve@example.com"),
                ("role", "owner"),
                ("password", "a new long password"),
            ],
        )
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(store.members().await.unwrap(), members);
    // Unknown fields of a form change nothing.
    let seen = site
        .submit(
            &site.visitor(Role::Viewer).await,
            "/settings/password",
            &[
                ("current", PASSWORD),
                ("password", "a new long password"),
                ("repeat", "a new long password"),
                ("role", "owner"),
                ("member", "1"),
            ],
        )
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    let viewer = store.member(viewer).await.unwrap().unwrap();
    assert_eq!(viewer.role, Role::Viewer);
}
