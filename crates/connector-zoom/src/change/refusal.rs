//! Zoom's refusals of changes of licences: what each means, what helps, and whether the other changes of a
//! list would meet it too. Codes and texts are those of Zoom's document of writes of users.

use connector::ErrorKind;

/// A refusal.
struct Refusal {
    code: i64,
    /// A part of Zoom's text in lower case, where a code has several meanings.
    says: &'static str,
    meaning: Meaning,
}

/// What a refusal means for the change and for the rest of the list.
struct Meaning {
    kind: ErrorKind,
    /// The fault and the next step.
    text: &'static str,
}

/// This change only: others may be made.
const fn this(code: i64, says: &'static str, text: &'static str) -> Refusal {
    Refusal {
        code,
        says,
        meaning: Meaning {
            kind: ErrorKind::Failed,
            text,
        },
    }
}

/// Every change of the same kind would meet it, so that the list ends.
const fn all(code: i64, says: &'static str, text: &'static str) -> Refusal {
    Refusal {
        code,
        says,
        meaning: Meaning {
            kind: ErrorKind::LimitReached,
            text,
        },
    }
}

/// The first line that fits counts.
const REFUSALS: &[Refusal] = &[
    all(
        2033,
        "",
        "The account may have no more Basic users. Delete users who left, or ask Zoom to raise the number; \
         then try again.",
    ),
    all(
        3412,
        "\"basic\" user was not approved",
        "The account may have no more Basic users. Delete users who left, or ask Zoom to raise the number; \
         then try again.",
    ),
    this(
        3412,
        "",
        "No seat of this licence is free. Buy one, or take one back from somebody else first.",
    ),
    this(
        2034,
        "",
        "No seat of this licence is free. Buy one, or take one back from somebody else first.",
    ),
    this(
        2038,
        "",
        "No seat of this plan is free. Buy one, or take one back from somebody else first.",
    ),
    this(
        2039,
        "enough basic licenses",
        "Zoom leaves a plain licence where a suite is turned off, and none is free. Take a plain licence back \
         from somebody else first.",
    ),
    this(
        2039,
        "",
        "Zoom does not allow this app to turn the suite off. Turn it off in Zoom's user management.",
    ),
    this(
        300,
        "upcoming zoom events",
        "The user has an event in Zoom Events ahead. Wait until it is over, or give it to another host.",
    ),
    this(
        300,
        "as your basic plan type",
        "The licence comes from the suite itself, and Zoom does not turn it off for one user. Change it in \
         Zoom's user management.",
    ),
    this(
        300,
        "at the same time",
        "Zoom changes only one of type and plans at a time. Please report this: Seatwise sends one only.",
    ),
    this(
        300,
        "on-prem",
        "The account has no on-premise licences, so that the user cannot get this one back.",
    ),
    this(
        300,
        "subscription",
        "Zoom does not know the subscription of the licence. Change it in Zoom's user management.",
    ),
    this(
        200,
        "zoom room",
        "This is the account of a Zoom Room, whose licence cannot be taken. Exempt it from the findings.",
    ),
    this(
        1108,
        "",
        "Zoom does not allow another type for this user. Look at the user in Zoom's user management.",
    ),
    this(
        1109,
        "",
        "The user has no base licence, which every add-on needs. Give that first.",
    ),
    this(
        1120,
        "",
        "The user has not accepted the invitation, or it has expired. Invite the user again.",
    ),
    this(
        1122,
        "",
        "The user has no base licence, which every add-on needs. Give that first.",
    ),
    this(
        1204,
        "",
        "A user cannot have Webinar and Zoom Events together. Decide which one in Zoom's user management.",
    ),
    this(
        1205,
        "",
        "A user cannot have Webinar and Zoom Events together. Decide which one in Zoom's user management.",
    ),
];

/// What a refusal means, with Zoom's own text; `None` when the code is not known.
pub(crate) fn meaning(code: i64, said: &str) -> Option<(ErrorKind, String)> {
    let lower = said.to_lowercase();
    let fits = |refusal: &&Refusal| refusal.code == code && lower.contains(refusal.says);
    let Meaning { kind, text } = &REFUSALS.iter().find(fits)?.meaning;
    Some((*kind, format!("{text} Zoom says: “{said}” (code {code}).")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_several_meanings_is_told_by_its_text() {
        let kind = |code, said| meaning(code, said).map(|(kind, _)| kind);
        let full = "Your request to convert the user type of this \"Licensed\" user to a \"Basic\" user was not \
                    approved at this time because your account has reached the permitted maximum number";
        assert_eq!(kind(3412, full), Some(ErrorKind::LimitReached));
        let seats = "Your request to convert the user type of a \"Basic\" user to a \"Licensed\" user was not \
                     approved at this time";
        assert_eq!(kind(3412, seats), Some(ErrorKind::Failed));
        assert_eq!(kind(300, "Invalid parameter: password"), None);
        assert_eq!(kind(9999, ""), None);
        let (_, text) = meaning(2039, "No permission (HTTP status 400)").unwrap();
        assert!(text.ends_with("Zoom says: “No permission (HTTP status 400)” (code 2039)."));
    }
}
