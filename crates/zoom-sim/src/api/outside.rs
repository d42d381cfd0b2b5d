//! The operations outside the scopes of the apps: always refused, with the name of the missing scope or
//! of the missing feature.

use super::answer::Body;
use super::call::Call;
use super::error::Refusal;
use super::limits::Category;
use super::operation::Operation;
use super::permission::Paid;

type Scopes = &'static [&'static str];

const WEBINAR: Scopes = &["webinar:read:admin"];
const ROLE: Scopes = &["role:read:admin", "role:write:admin"];
const DIVISION: Scopes = &["division:read:admin"];

const DASHBOARD: Scopes = &["dashboard_meetings:read:admin", "dashboard:read:admin"];
const NO_DASHBOARD: Paid = Paid::Never(
    "This API is only available for Business or higher accounts that have enabled the Dashboard feature.",
);
const NO_SCOPE: Scopes = &[];

/// Never called, because the check of scopes or plans refuses these operations before.
fn refused(_: &Call<'_>) -> Result<Body, Refusal> {
    Err(Refusal::unknown_path())
}

const fn outside(
    path: &'static str,
    category: Category,
    classic: Scopes,
    granular: Scopes,
) -> Operation {
    Operation {
        path,
        category,
        classic,
        granular,
        permissions: &[],
        paid: Paid::No,
        answer: refused,
    }
}

const fn dashboard(path: &'static str, category: Category) -> Operation {
    Operation {
        paid: NO_DASHBOARD,
        ..outside(path, category, DASHBOARD, NO_SCOPE)
    }
}

/// Path, category, classic and granular scopes.
#[rustfmt::skip]
pub(super) const OUTSIDE: &[Operation] = &[
    outside("/users/me/zak", Category::Light, &["user_zak:read"], &["user:read:zak"]),
    outside("/users/{}/webinars", Category::Medium, WEBINAR, &["webinar:read:list_webinars:admin"]),
    outside("/users/{}/recordings", Category::Medium, &["recording:read:admin"], &["cloud_recording:read:list_user_recordings:admin"]),
    outside("/webinars/{}", Category::Light, WEBINAR, &["webinar:read:webinar:admin"]),
    outside("/past_webinars/{}/absentees", Category::Medium, WEBINAR, &["webinar:read:list_absentees:admin"]),
    outside("/past_webinars/{}/instances", Category::Medium, WEBINAR, &["webinar:read:list_past_instances:admin"]),
    outside("/past_webinars/{}/participants", Category::Medium, WEBINAR, &["webinar:read:list_past_participants:admin"]),
    outside("/past_webinars/{}/polls", Category::Medium, WEBINAR, &["webinar:read:list_past_polls:admin"]),
    outside("/past_webinars/{}/qa", Category::Medium, WEBINAR, &["webinar:read:past_qa:admin"]),
    outside("/roles", Category::Medium, ROLE, &["role:read:list_roles:admin"]),
    outside("/roles/{}", Category::Light, ROLE, &["role:read:role:admin"]),
    outside("/roles/{}/members", Category::Medium, ROLE, &["role:read:list_members:admin"]),
    outside("/divisions", Category::Medium, DIVISION, &["division:read:list_divisions:admin"]),
    outside("/divisions/{}", Category::Light, DIVISION, &["division:read:division:admin"]),
    outside("/divisions/{}/users", Category::Medium, DIVISION, &["division:read:member:admin"]),
    outside("/tracking_fields", Category::Medium, &["tracking_fields:read:admin"], &["tracking_field:read:list_tracking_fields:admin"]),
    outside("/rooms", Category::Medium, &["room:read:admin"], &["zoom_rooms:read:list_rooms:admin"]),
    outside("/contacts/groups", Category::Medium, &["contact_group:read:admin"], &["contact_group:read:list_groups:admin"]),
    outside("/marketplace/apps", Category::Medium, &["marketplace_app:read"], &["marketplace:read:list_apps:admin"]),
    dashboard("/metrics/meetings", Category::ResourceIntensive),
    dashboard("/metrics/webinars", Category::ResourceIntensive),
    dashboard("/metrics/{}", Category::Heavy),
    dashboard("/metrics/{}/{}", Category::Heavy),
    dashboard("/metrics/{}/{}/participants", Category::Heavy),
];
