//! Zoom's suites: plans that are sold as one, and the numbers by which Zoom names the suite of a user.
//! Zoom names the suite, not the add-ons that it includes. Zoom's document of users calls them Zoom
//! Workplace (before: Zoom One) and Zoom United.

use model::{ChoiceLabel, Holder, LicenceFamily, OnSuite, Suite, SuiteData};
use zoom::types::{LicenseInfo, UserDetail};

/// Key of the suite among a user's metadata.
pub(crate) const SUITE_FIELD: &str = "suite";
/// Family of the licences of suites that are new to us.
pub(crate) const OTHER_SUITE: &str = "other_suite";

/// The suites. Public pages say that some bundles include webinars, without saying which and for how
/// many (Zoom support article KB0057571 on the webinar licence within Zoom Workplace, read on 23
/// November 2026); the add-ons of a contract are negotiated. So no suite carries any until an
/// organisation enters those of its own.
pub(crate) const SUITES: SuiteData = SuiteData {
    field: SUITE_FIELD,
    as_of: "2026-11-23",
    suites: &[
        suite("workplace_enterprise", "Workplace Enterprise"),
        suite("workplace_enterprise_plus", "Workplace Enterprise Plus"),
        suite(
            "workplace_enterprise_premier",
            "Workplace Enterprise Premier",
        ),
        suite("workplace_business_plus", "Workplace Business Plus"),
        suite("workplace_pro_plus", "Workplace Pro Plus"),
        suite("education_campus", "Education School and Campus"),
        suite("education_campus_plus", "Education School and Campus Plus"),
        suite(
            "education_enterprise_essentials",
            "Education Enterprise Essentials",
        ),
        suite(
            "education_enterprise_student",
            "Education Enterprise Student",
        ),
        suite("education_enterprise_plus", "Education Enterprise Plus"),
        suite(
            "education_enterprise_premier",
            "Education Enterprise Premier",
        ),
        suite("united_pro", "United Pro"),
        suite("united_business", "United Business"),
        suite("united_enterprise", "United Enterprise"),
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

/// The suites with a family of their own.
const KNOWN: [&str; SUITES.suites.len()] = {
    let mut known = [""; SUITES.suites.len()];
    let mut at = 0;
    while at < known.len() {
        known[at] = SUITES.suites[at].value;
        at += 1;
    }
    known
};

/// The base licences of suites: one family for each, and one for those that are new to us.
pub(crate) const SUITE_LICENCES: [LicenceFamily; SUITES.suites.len() + 1] = {
    let mut families =
        [const { base(OTHER_SUITE, "Another suite", OTHER) }; SUITES.suites.len() + 1];
    let mut at = 0;
    while at < SUITES.suites.len() {
        let Suite { value, label, .. } = SUITES.suites[at];
        let suite = OnSuite::With {
            field: SUITE_FIELD,
            suite: value,
        };
        families[at] = base(value, label, suite);
        at += 1;
    }
    families
};

const OTHER: OnSuite = OnSuite::Unlisted {
    field: SUITE_FIELD,
    known: &KNOWN,
};

/// A family of base licences.
pub(crate) const fn base(key: &'static str, label: &'static str, suite: OnSuite) -> LicenceFamily {
    LicenceFamily {
        key,
        label,
        holder: Holder::Base {
            field: "user_type",
            values: &["pro", "corp"],
            suite,
        },
    }
}

/// The suites as choices of the metadata field.
pub(crate) static SUITE_CHOICES: [ChoiceLabel; SUITES.suites.len()] = {
    let mut choices = [ChoiceLabel {
        value: "",
        label: "",
        aliases: &[],
    }; SUITES.suites.len()];
    let mut at = 0;
    while at < choices.len() {
        choices[at].value = SUITES.suites[at].value;
        choices[at].label = SUITES.suites[at].label;
        at += 1;
    }
    choices
};

/// The suite that a user is on; empty when Zoom names none.
pub(crate) fn suite_of(user: &UserDetail) -> String {
    let (workplace, united) = plans_of(user);
    suite_name(workplace, united.as_deref())
}

/// The options of the Zoom Workplace plan and of the Zoom United plan that a user is on.
pub(crate) fn plans_of(user: &UserDetail) -> (Option<u64>, Option<String>) {
    let one = user.zoom_one_type.filter(|option| *option != 0);
    let listed = user.license_info_list.iter();
    let listed = listed
        .filter(|licence| licence.license_type.as_deref() == Some("ZOOM_WORKPLACE_BUNDLE"))
        .find_map(workplace_option);
    let united = user.plan_united_type.as_deref().map(str::trim);
    let united = united.filter(|option| !["", "0", "none"].contains(option));
    (one.or(listed), united.map(str::to_owned))
}

/// The suite with these options; empty for none. A suite that is new to us has Zoom's number as its name.
pub(crate) fn suite_name(workplace: Option<u64>, united: Option<&str>) -> String {
    if let Some(option) = workplace {
        let known = named(&WORKPLACE, option);
        return known.map_or_else(|| format!("Workplace option {option}"), str::to_owned);
    }
    match united {
        None => String::new(),
        Some(option) => {
            let known = option
                .parse()
                .ok()
                .and_then(|option| named(&UNITED, option));
            known.map_or_else(|| format!("United option {option}"), str::to_owned)
        }
    }
}

/// The name of the Zoom Workplace plan with this option; `None` when it is not known.
pub(crate) fn workplace_label(option: &str) -> Option<&'static str> {
    let suite = named(&WORKPLACE, option.parse().ok()?)?;
    SUITES.suite(suite).map(|suite| suite.label)
}

fn workplace_option(licence: &LicenseInfo) -> Option<u64> {
    licence.license_option.filter(|option| *option != 0)
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

    fn on(option: u64) -> String {
        suite_of(&UserDetail {
            zoom_one_type: Some(option),
            ..UserDetail::default()
        })
    }

    #[test]
    fn a_suite_has_an_option_of_its_own() {
        assert_eq!(on(4), "workplace_enterprise");
        assert_eq!(on(33_554_432), "workplace_business_plus");
        assert_eq!(on(4_398_046_511_104), "workplace_pro_plus");
        assert_eq!(on(0), "");
        assert_eq!(on(2), "Workplace option 2");
        assert_eq!(suite_of(&UserDetail::default()), "");
    }

    #[test]
    fn the_licences_of_a_user_name_the_suite_too() {
        let listed = |license_type: &str, option| {
            suite_of(&UserDetail {
                license_info_list: vec![LicenseInfo {
                    license_type: Some(license_type.to_owned()),
                    license_option: Some(option),
                    ..LicenseInfo::default()
                }],
                ..UserDetail::default()
            })
        };
        assert_eq!(
            listed("ZOOM_WORKPLACE_BUNDLE", 8),
            "workplace_enterprise_plus"
        );
        assert_eq!(listed("MEETING", 8), "");
    }

    #[test]
    fn large_options_are_known_with_their_last_digits_rounded_too() {
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
            assert_eq!(on(rounded), suite);
            assert_eq!(on(exact), suite);
        }
    }

    #[test]
    fn a_united_plan_is_a_text() {
        let united = |option: &str| {
            suite_of(&UserDetail {
                plan_united_type: Some(option.to_owned()),
                ..UserDetail::default()
            })
        };
        assert_eq!(united("1024"), "united_enterprise");
        assert_eq!(united("65536"), "united_business");
        assert_eq!(united("3"), "United option 3");
        assert_eq!(united("none"), "");
        assert_eq!(united(""), "");
    }

    #[test]
    fn every_option_is_of_a_suite_with_a_name_and_a_family() {
        for (value, _) in WORKPLACE.iter().chain(&UNITED) {
            assert!(SUITES.suite(value).is_some(), "{value}");
            assert!(SUITE_LICENCES.iter().any(|family| family.key == *value));
        }
        let last = SUITE_LICENCES.last().map(|family| family.key);
        assert_eq!(last, Some(OTHER_SUITE));
    }
}
