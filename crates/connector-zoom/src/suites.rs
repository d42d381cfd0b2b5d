//! Zoom's suites: plans that are sold as one, and the numbers by which Zoom names the suite of a user.
//! Zoom names the suite, not the add-ons that it includes.

use model::{Suite, SuiteData};
use zoom::types;

/// Key of the suite among a user's metadata.
pub(crate) const SUITE_FIELD: &str = "suite";

/// The suites. Public pages say that some bundles include webinars, without saying which and for how
/// many (Zoom support article KB0057571 on the webinar licence within Zoom Workplace, read on 23
/// November 2026); the add-ons of a contract are negotiated. So no suite carries any until an
/// organisation enters those of its own.
pub(crate) const SUITES: SuiteData = SuiteData {
    field: SUITE_FIELD,
    as_of: "2026-11-23",
    suites: &[
        suite("workplace_enterprise", "Zoom Workplace Enterprise"),
        suite(
            "workplace_enterprise_plus",
            "Zoom Workplace Enterprise Plus",
        ),
        suite(
            "workplace_enterprise_premier",
            "Zoom Workplace Enterprise Premier",
        ),
        suite("workplace_business_plus", "Zoom Workplace Business Plus"),
        suite("workplace_pro_plus", "Zoom Workplace Pro Plus"),
        suite(
            "education_campus",
            "Zoom Workplace for Education School and Campus",
        ),
        suite(
            "education_campus_plus",
            "Zoom Workplace for Education School and Campus Plus",
        ),
        suite(
            "education_enterprise_essentials",
            "Zoom Workplace for Education Enterprise Essentials",
        ),
        suite(
            "education_enterprise_student",
            "Zoom Workplace for Education Enterprise Student",
        ),
        suite(
            "education_enterprise_plus",
            "Zoom Workplace for Education Enterprise Plus",
        ),
        suite(
            "education_enterprise_premier",
            "Zoom Workplace for Education Enterprise Premier",
        ),
        suite("united_pro", "Zoom United Pro"),
        suite("united_business", "Zoom United Business"),
        suite("united_enterprise", "Zoom United Enterprise"),
    ],
};

const fn suite(value: &'static str, label: &'static str) -> Suite {
    Suite {
        value,
        label,
        carries: &[],
    }
}

/// The options of a Workplace licence by suite. Calling plans of different countries are one suite.
const WORKPLACE: [(&str, &[u64]); 11] = [
    ("workplace_enterprise", &[4]),
    ("workplace_enterprise_plus", &[8]),
    (
        "workplace_enterprise_premier",
        &[1 << 27, 1 << 28, 1 << 29, 1 << 30],
    ),
    ("workplace_business_plus", &[16, 32, 64, 128, 1 << 25]),
    ("workplace_pro_plus", &[1 << 42]),
    ("education_campus", &[1 << 54]),
    (
        "education_campus_plus",
        &[1 << 37, 1 << 38, 1 << 39, 1 << 40, 1 << 41],
    ),
    ("education_enterprise_essentials", &[1 << 56]),
    ("education_enterprise_student", &[1 << 59]),
    ("education_enterprise_plus", &[1 << 57]),
    (
        "education_enterprise_premier",
        &[1 << 32, 1 << 33, 1 << 34, 1 << 35, 1 << 36],
    ),
];

/// The options of a united plan by suite.
const UNITED: [(&str, &[u64]); 3] = [
    ("united_pro", &[1, 2, 4, 8, 16, 1 << 15]),
    ("united_business", &[32, 64, 128, 256, 512, 1 << 16]),
    (
        "united_enterprise",
        &[1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 17],
    ),
];

/// The suite that a user is on; `None` when Zoom names none, or one that is new to us.
pub(crate) fn suite_of(listed: &types::User) -> Option<&'static str> {
    let workplace = listed
        .license_info_list
        .iter()
        .filter(|licence| licence.license_type.as_deref() == Some("ZOOM_WORKPLACE_BUNDLE"))
        .find_map(|licence| named(&WORKPLACE, licence.license_option?));
    workplace.or_else(|| {
        let option = listed.plan_united_type.as_deref()?.trim().parse().ok()?;
        named(&UNITED, option)
    })
}

fn named(options: &[(&'static str, &[u64])], told: u64) -> Option<&'static str> {
    // Options above 2^53 have lost their last digits wherever a program kept them as floating point:
    // Zoom's own documents write 2^57 as 144115188075855870.
    let is = |option: &u64| told.abs_diff(*option) <= option >> 53;
    options
        .iter()
        .find(|(_, known)| known.iter().any(is))
        .map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(license_type: &str, option: u64) -> Option<&'static str> {
        suite_of(&types::User {
            license_info_list: vec![types::LicenseInfo {
                license_type: Some(license_type.to_owned()),
                license_option: Some(option),
                ..types::LicenseInfo::default()
            }],
            ..types::User::default()
        })
    }

    #[test]
    fn a_suite_is_told_by_its_option() {
        let workplace = |option| on("ZOOM_WORKPLACE_BUNDLE", option);
        assert_eq!(workplace(4), Some("workplace_enterprise"));
        assert_eq!(workplace(33_554_432), Some("workplace_business_plus"));
        assert_eq!(workplace(4_398_046_511_104), Some("workplace_pro_plus"));
        assert_eq!(workplace(2), None);
        assert_eq!(on("MEETING", 4), None);
        assert_eq!(suite_of(&types::User::default()), None);
    }

    #[test]
    fn large_options_are_known_with_their_last_digits_rounded_too() {
        let workplace = |option| on("ZOOM_WORKPLACE_BUNDLE", option);
        for (rounded, exact, suite) in [
            (
                72_057_594_037_927_940,
                72_057_594_037_927_936,
                "education_enterprise_essentials",
            ),
            (
                576_460_752_303_423_500,
                576_460_752_303_423_488,
                "education_enterprise_student",
            ),
            (
                144_115_188_075_855_870,
                144_115_188_075_855_872,
                "education_enterprise_plus",
            ),
        ] {
            assert_eq!(workplace(rounded), Some(suite));
            assert_eq!(workplace(exact), Some(suite));
        }
    }

    #[test]
    fn a_united_plan_is_told_as_text() {
        let united = |option: &str| {
            suite_of(&types::User {
                plan_united_type: Some(option.to_owned()),
                ..types::User::default()
            })
        };
        assert_eq!(united("1024"), Some("united_enterprise"));
        assert_eq!(united("65536"), Some("united_business"));
        assert_eq!(united("3"), None);
        assert_eq!(united(""), None);
    }

    #[test]
    fn every_option_is_of_a_suite_with_a_name() {
        for (value, _) in WORKPLACE.iter().chain(&UNITED) {
            assert!(SUITES.suite(value).is_some(), "{value}");
        }
    }
}
