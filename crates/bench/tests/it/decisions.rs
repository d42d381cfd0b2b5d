//! The table of `bench decisions` has its shape, and its counts are consistent.

use serde_json::Value;

use testkit::process::Program;

const SMALL: [&str; 7] = [
    "decisions",
    "--organisations",
    "2",
    "--users",
    "200",
    "--seed",
    "7",
];

fn bench() -> Program {
    Program::at(env!("CARGO_BIN_EXE_bench"))
}

fn number(row: &Value, name: &str) -> u64 {
    row[name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name} is no count in {row}"))
}

#[tokio::test]
async fn decisions_are_compared_with_the_truth_and_with_the_rules_of_others() {
    let json = bench()
        .run(&[&SMALL[..], &["--json"]].concat())
        .await
        .json();
    assert_eq!(json["organisations"], 2);
    let rules = json["rules"].as_array().unwrap();
    let names: Vec<_> = rules
        .iter()
        .map(|row| row["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Seatwise, 12 months known",
            "Seatwise, on the first day",
            "Seatwise, seats of open invitations",
            "no sign-in for 30 days",
            "no sign-in for 60 days",
            "no sign-in for 90 days",
            "no hosted meeting for 60 days",
        ]
    );
    let licensed = number(&json, "licensed");
    for (at, row) in rules.iter().enumerate() {
        let unneeded = number(row, "unneeded");
        // All rules judge the same people, except the rule for open invitations.
        if at != 2 {
            assert_eq!(unneeded, number(&rules[0], "unneeded"), "{row}");
            assert!(unneeded > 0 && unneeded < licensed, "{row}");
        }
        assert!(number(row, "wrong") <= number(row, "flagged"), "{row}");
        assert!(number(row, "found") <= unneeded, "{row}");
        // A licence can't be both wrongly taken and unneeded, because unneeded means no need in a year.
        assert!(
            number(row, "wrong") + number(row, "found") <= number(row, "flagged"),
            "{row}"
        );
    }
    let (ours, silent) = (&rules[0], &rules[3..6]);
    assert!(number(ours, "found") > 0, "{ours}");
    // A longer threshold takes fewer licences.
    for pair in silent.windows(2) {
        assert!(number(&pair[0], "flagged") >= number(&pair[1], "flagged"));
    }
    let seats = json["seats"].as_array().unwrap();
    assert_eq!(seats.len(), 3);
    for row in seats {
        assert!(number(row, "inside") + number(row, "too_few") <= 2, "{row}");
    }
    let each = json["each"].as_array().unwrap();
    assert_eq!(each.len(), 2);
    for organisation in each {
        let [low, likely, high] = ["low", "likely", "high"].map(|name| number(organisation, name));
        assert!(low <= likely && likely <= high, "{organisation}");
        assert!(number(organisation, "need") > 0, "{organisation}");
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_table() {
    let first = bench().run(&SMALL).await.good();
    let again = bench().run(&SMALL).await.good();
    assert_eq!(first, again);
    assert!(
        first.contains("2 simulated organisations of 200 users"),
        "{first}"
    );
    let other = [&SMALL[..6], &["8"]].concat();
    assert_ne!(first, bench().run(&other).await.good());
}
