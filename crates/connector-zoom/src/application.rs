//! Zoom as data: everything that pages, filters and the preflight table show of it.

use model::{
    AppScopes, Application, ConnectHelp, FreeUse, Holder, LicenceFamily, NeedKind, OnSuite, Plan,
    Stream,
};

use crate::fields::FIELDS;
use crate::permissions::PERMISSIONS;
use crate::streams::STREAMS;
use crate::suites::{SUITE_FIELD, SUITE_LICENCES, SUITES, base};

/// The classic scopes that a connection asks for: these and no other.
const CLASSIC_SCOPES: [&str; 5] = [
    "account:read:admin",
    "group:read:admin",
    "meeting:read:admin",
    "report:read:admin",
    "user:read:admin",
];

/// Granular scopes of calls that belong to no stream, with the use of each. All are optional.
const HELPFUL_SCOPES: [(&str, &str); 3] = [
    (
        "user:read:list_permissions:admin",
        "tells which role permissions are missing",
    ),
    (
        "user:read:list_assistants:admin",
        "tells who schedules for whom",
    ),
    (
        "meeting:read:list_meetings:admin",
        "for a look at somebody's calendar before a licence is changed",
    ),
];

/// Scopes of the app that changes licences: of older apps, or of newer ones.
const WRITE_SCOPES: [(&str, &str); 3] = [
    (
        "user:write:admin",
        "all of it, where older scopes can be chosen; else",
    ),
    ("user:update:user:admin", "the base licence"),
    (
        "user:update:settings:admin",
        "webinar and large-meeting licences",
    ),
];

/// The declaration of Zoom.
pub static ZOOM: Application = Application {
    key: "zoom",
    name: "Zoom",
    fields: &FIELDS,
    streams: &STREAMS,
    permissions: &PERMISSIONS,
    licences: &LICENCES,
    free: FREE,
    suites: SUITES,
    scopes: AppScopes {
        classic: &CLASSIC_SCOPES,
        helpful: &HELPFUL_SCOPES,
        // Numbers of users by kind: not asked for, and not too much.
        harmless: &["user:read:summary:admin"],
        write: &WRITE_SCOPES,
    },
    help: ConnectHelp {
        app_console: "the Zoom App Marketplace",
        grant_users: "In Zoom, open User Management → Roles, give the role of the service account \
                      the permission “Users: View”",
        host: "zoom.us",
        plans: &[
            (Plan::Free, "Free"),
            (Plan::Pro, "Pro"),
            (Plan::Business, "Business, Education, Enterprise"),
        ],
        account_id: "From the app's credentials page; 22 letters, digits, “-” and “_”.",
        redirect: "Both as the “OAuth Redirect URL” and on the “OAuth Allow List” of the app.",
        general_app: &[
            "Open the Zoom App Marketplace as an administrator: *Develop → Build App → General App*, managed by an administrator.",
            "Enter the redirect address above, twice.",
            "Under *Scopes*, add those listed on this page and no other.",
            "Copy client id and client secret into the form above.",
        ],
        account_app: &[
            "Open the Zoom App Marketplace as an administrator whose role has the permissions listed here: *Develop → Build App → Server-to-Server OAuth App*.",
            "Under *Scopes*, add those listed on this page and no other.",
            "*Activate* the app.",
            "Copy account id, client id and client secret into the form above.",
        ],
    },
};

/// The declaration of a stream.
pub(crate) fn declared(key: &str) -> &'static Stream {
    // Keys come from `READINGS`; a test compares them with the declarations.
    ZOOM.stream(key).unwrap_or(&ZOOM.streams[0])
}

const PLAIN: LicenceFamily = base("licensed", "Licensed", OnSuite::Without(SUITE_FIELD));
const LARGE_MEETING: LicenceFamily = LicenceFamily {
    key: "large_meeting",
    label: "Large Meeting",
    holder: Holder::AddOn {
        flag: "large_meeting_enabled",
        size: "large_meeting_capacity",
        sizes: &[500, 1000, 3000, 5000],
    },
};
const WEBINAR: LicenceFamily = LicenceFamily {
    key: "webinar",
    label: "Webinar",
    holder: Holder::AddOn {
        flag: "webinar",
        size: "webinar_capacity",
        sizes: &[100, 500, 1000, 3000, 5000, 10_000],
    },
};

/// The plain licence, those of suites, and the add-ons.
static LICENCES: [LicenceFamily; SUITE_LICENCES.len() + 3] = {
    let mut families = [const { PLAIN }; SUITE_LICENCES.len() + 3];
    let mut at = 0;
    while at < SUITE_LICENCES.len() {
        let LicenceFamily { key, label, holder } = SUITE_LICENCES[at];
        families[at + 1] = LicenceFamily { key, label, holder };
        at += 1;
    }
    families[at + 1] = LARGE_MEETING;
    families[at + 2] = WEBINAR;
    families
};

/// The limits of Basic: forty minutes with company, a hundred people, no recording in the cloud, no
/// registration, no polls. Bits are positions in [`zoom::types::FEATURES`], which a test compares.
const FREE: FreeUse = FreeUse {
    value: "basic",
    minutes: 40,
    audience: 100,
    audience_field: "meeting_capacity",
    features: &[
        (25, NeedKind::CloudRecording),
        (27, NeedKind::Registration),
        (8, NeedKind::Poll),
    ],
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The scopes that a text names between back quotes or in a block of code.
    fn named(text: &str) -> BTreeSet<&str> {
        text.split(|c: char| c.is_whitespace() || "`,.()".contains(c))
            .filter(|word| word.ends_with(":admin"))
            .collect()
    }

    #[test]
    fn the_readme_names_the_scopes_that_are_asked_for_and_no_other() {
        let readme = include_str!("../../../README.md");
        let from = |text: &'static str, mark: &str| text.split_once(mark).unwrap().1;
        let needed = from(readme, "Under *Scopes*, add");
        let (needed, rest) = needed.split_once("More are optional:").unwrap();
        let (optional, rest) = rest.split_once("An older app").unwrap();
        let classic = rest.split_once('\n').unwrap().0;

        let of = |optional: bool| {
            STREAMS
                .iter()
                .filter(move |stream| stream.optional == optional)
                .flat_map(|stream| stream.scopes.granular.iter().copied())
        };
        assert_eq!(named(needed), of(false).collect());
        let helpful = HELPFUL_SCOPES.iter().map(|(scope, _)| *scope);
        assert_eq!(named(optional), of(true).chain(helpful).collect());
        assert_eq!(named(classic), CLASSIC_SCOPES.into());
    }

    #[test]
    fn features_that_need_a_licence_are_where_the_client_puts_them() {
        let feature = |bit: u32| zoom::types::FEATURES[bit as usize];
        let names: Vec<_> = FREE.features.iter().map(|(bit, _)| feature(*bit)).collect();
        assert_eq!(names, ["record_to_cloud", "registration", "poll"]);
    }
}
