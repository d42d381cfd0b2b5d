//! Names of people, each with a unique e-mail address.
//!
//! A person's serial number selects the culture, then first and last name, by reversible arithmetic. A
//! million addresses are therefore unique without a list of used ones, and the person can be computed
//! from the address.

use crate::dice::mix;

struct Culture {
    first: &'static [&'static str],
    last: &'static [&'static str],
    /// Indices into the time zones, the most frequent first.
    zones: [usize; 3],
}

/// The culture of each of sixteen consecutive serial numbers.
const PATTERN: [usize; 16] = [0, 0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 0];

#[rustfmt::skip]
const CULTURES: [Culture; 9] = [
    Culture {
        first: &[
            "Olivia", "James", "Emma", "William", "Charlotte", "Benjamin", "Amelia", "Henry",
            "Grace", "Samuel", "Hannah", "Jack", "Chloe", "Daniel", "Ruby", "Thomas", "Alice",
            "George", "Megan", "Oliver", "Sophie", "Ethan", "Zoe", "Nathan", "Ella", "Jordan",
            "Leah", "Aaron", "Maya", "Dylan", "Naomi", "Caleb", "Abigail", "Marcus", "Isla",
            "Owen", "Paige", "Victor", "Tessa", "Simon",
        ],
        last: &[
            "Smith", "Johnson", "Brown", "Taylor", "Wilson", "Davies", "Evans", "Walker",
            "Roberts", "Thompson", "Wright", "Robinson", "Hughes", "Green", "Hall", "Lewis",
            "Clarke", "Jackson", "Turner", "Hill", "Cooper", "Ward", "Morris", "Moore", "Clark",
            "Baker", "Harrison", "King", "Allen", "Scott", "Mitchell", "Reed", "Bennett",
            "Foster", "Griffin", "O'Connor", "McCarthy", "Sullivan", "Freeman", "Washington",
            "Bailey", "Coleman", "Hayes", "Porter", "Stone", "Whitfield", "Marsh", "Fletcher",
            "Pearson", "Lawson",
        ],
        zones: [0, 5, 2],
    },
    Culture {
        first: &[
            "Anna", "Lukas", "Lena", "Felix", "Marie", "Jonas", "Sophia", "Maximilian", "Laura",
            "Paul", "Katharina", "Jürgen", "Sabine", "Stefan", "Ulrike", "Matthias", "Heike",
            "Andreas", "Petra", "Tobias", "Franziska", "Sebastian", "Claudia", "Florian",
            "Monika", "Björn", "Greta", "Niklas", "Jana", "Holger",
        ],
        last: &[
            "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker",
            "Schulz", "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf",
            "Schröder", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann",
            "Hartmann", "Lange", "Krause", "Lehmann", "Köhler", "Vogel", "Keller", "Günther",
            "Frank", "Berger", "Winkler", "Roth", "Beck", "Lorenz", "Baumann", "Franke",
            "Albrecht",
        ],
        zones: [3, 3, 0],
    },
    Culture {
        first: &[
            "Camille", "Louis", "Manon", "Hugo", "Chloé", "Jules", "Inès", "Gabriel", "Léa",
            "Arthur", "Juliette", "Théo", "Élodie", "Mathieu", "Aurélie", "Nicolas", "Céline",
            "François", "Margaux", "Benoît", "Sylvie", "Antoine", "Pauline", "Rémi",
        ],
        last: &[
            "Martin", "Bernard", "Dubois", "Thomas", "Robert", "Richard", "Petit", "Durand",
            "Leroy", "Moreau", "Simon", "Laurent", "Lefèvre", "Michel", "Garcia", "Roux",
            "Fontaine", "Chevalier", "Lambert", "Faure", "Mercier", "Dupont", "Girard", "Bonnet",
            "Rousseau", "Blanc", "Guérin", "Boyer", "Perrin", "Clément",
        ],
        zones: [4, 4, 5],
    },
    Culture {
        first: &[
            "Lucía", "Mateo", "Sofía", "Santiago", "Valentina", "Diego", "Camila", "Javier",
            "Elena", "Alejandro", "Carmen", "Andrés", "Paula", "Miguel", "Rosa", "Pablo",
            "Daniela", "Fernando", "Isabel", "Raúl", "Marta", "Sergio", "Ana", "Joaquín",
            "Beatriz", "Íñigo",
        ],
        last: &[
            "García", "Rodríguez", "González", "Fernández", "López", "Martínez", "Sánchez",
            "Pérez", "Gómez", "Jiménez", "Ruiz", "Hernández", "Díaz", "Moreno", "Muñoz",
            "Álvarez", "Romero", "Alonso", "Gutiérrez", "Navarro", "Torres", "Domínguez",
            "Vázquez", "Ramos", "Castillo", "Ortega", "Núñez", "Medina", "Cruz", "Ibáñez",
        ],
        zones: [6, 1, 2],
    },
    Culture {
        first: &[
            "Łukasz", "Agnieszka", "Piotr", "Zofia", "Tomáš", "Katarzyna", "Jakub", "Magdalena",
            "Dragan", "Milena", "Ivan", "Oksana", "Andrei", "Ewa", "Bogdan", "Irina", "Marek",
            "Jelena", "Wojciech", "Tereza",
        ],
        last: &[
            "Kowalski", "Nowak", "Wiśniewski", "Novák", "Dvořák", "Horvat", "Kovačević",
            "Popescu", "Ionescu", "Szymański", "Wójcik", "Kamiński", "Petrov", "Shevchenko",
            "Černý", "Jovanović", "Zieliński", "Marić", "Bondarenko", "Svoboda", "Mazur",
            "Đorđević", "Lis", "Kučera", "Dąbrowski",
        ],
        zones: [7, 7, 3],
    },
    Culture {
        first: &[
            "Aarav", "Priya", "Rahul", "Ananya", "Vikram", "Kavita", "Arjun", "Neha", "Sanjay",
            "Divya", "Rohan", "Pooja", "Amit", "Sneha", "Karthik", "Lakshmi", "Suresh", "Meera",
            "Nikhil", "Ishita", "Deepak", "Shreya", "Manish", "Aditi", "Ravi", "Swati",
        ],
        last: &[
            "Sharma", "Patel", "Singh", "Kumar", "Gupta", "Iyer", "Reddy", "Nair", "Mehta",
            "Joshi", "Rao", "Desai", "Chatterjee", "Banerjee", "Verma", "Menon", "Kulkarni",
            "Pillai", "Bose", "Malhotra", "Agarwal", "Saxena", "Chopra", "Naidu", "Shah",
            "Trivedi", "Khan", "Das", "Bhatt", "Krishnan",
        ],
        zones: [9, 9, 2],
    },
    Culture {
        first: &[
            "Wei", "Fang", "Jing", "Lei", "Min", "Yan", "Hao", "Xiu", "Jun", "Mei", "Tao",
            "Ling", "Qiang", "Hui", "Bo", "Xin", "Yu", "Rui", "Chen", "Jia Hui", "Kai Wen",
            "Siew Ling",
        ],
        last: &[
            "Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu",
            "Sun", "Hu", "Zhu", "Gao", "Lin", "He", "Guo", "Ma", "Luo", "Tan", "Lim", "Ng",
            "Goh",
        ],
        zones: [11, 11, 2],
    },
    Culture {
        first: &[
            "Haruto", "Yui", "Sota", "Aoi", "Ren", "Hina", "Yuto", "Sakura", "Kaito", "Mei",
            "Takumi", "Rin", "Kenji", "Naoko", "Hiroshi", "Keiko", "Daiki", "Emi", "Shun",
            "Ayaka",
        ],
        last: &[
            "Sato", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Ito", "Yamamoto", "Nakamura",
            "Kobayashi", "Kato", "Yoshida", "Yamada", "Sasaki", "Yamaguchi", "Matsumoto",
            "Inoue", "Kimura", "Hayashi", "Shimizu", "Mori",
        ],
        zones: [10, 10, 12],
    },
    Culture {
        first: &[
            "João", "Mariana", "Tiago", "Beatriz", "Ahmed", "Fatima", "Omar", "Layla", "Mehmet",
            "Elif", "Chidi", "Amara", "Kwame", "Zainab", "Rui", "Conceição", "Yusuf", "Nadia",
            "Thabo", "Ngozi",
        ],
        last: &[
            "Silva", "Santos", "Oliveira", "Souza", "Almeida", "Pereira", "Haddad", "Mansour",
            "Yılmaz", "Demir", "Okafor", "Mensah", "Diallo", "Nkosi", "Çelik", "El Amrani",
            "Adeyemi", "Costa", "Araújo", "Gonçalves",
        ],
        zones: [8, 5, 12],
    },
];

/// A name and its part of the e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    /// The part of the e-mail address before the `@`.
    pub(crate) local: String,
}

/// Appends a name in lower-case letters from a to z.
fn plain(text: &str, out: &mut String) {
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => out.push(letter),
            'á' | 'à' | 'ã' | 'ą' => out.push('a'),
            'ä' => out.push_str("ae"),
            'č' | 'ć' | 'ç' => out.push('c'),
            'đ' => out.push('d'),
            'é' | 'è' | 'ê' | 'ę' => out.push('e'),
            'í' | 'î' | 'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' => out.push('n'),
            'ó' | 'õ' => out.push('o'),
            'ö' => out.push_str("oe"),
            'ř' => out.push('r'),
            'š' | 'ś' => out.push('s'),
            'ú' => out.push('u'),
            'ü' => out.push_str("ue"),
            'ý' => out.push('y'),
            _ => {}
        }
    }
}

/// The culture of a serial number, and its rank among the serial numbers of that culture.
const fn place(key: u64, serial: u64) -> (usize, u64) {
    let (block, at) = (serial / 16, serial % 16);
    let at = ((at * 5 + mix(key, block)) % 16) as usize;
    let culture = PATTERN[at];
    (culture, block * SHARE[culture] + BEFORE[at])
}

/// Number of times that each culture is in the pattern, and for each position the number of times that
/// its culture comes before it.
const SHARE: [u64; CULTURES.len()] = counted().0;
const BEFORE: [u64; 16] = counted().1;

const fn counted() -> ([u64; CULTURES.len()], [u64; 16]) {
    let (mut share, mut before, mut at) = ([0; CULTURES.len()], [0; 16], 0);
    while at < 16 {
        before[at] = share[PATTERN[at]];
        share[PATTERN[at]] += 1;
        at += 1;
    }
    (share, before)
}

/// For each culture a stride that has no common factor with the number of its names, so that every name
/// is reached once.
const STRIDES: [u64; CULTURES.len()] = strides();

const fn strides() -> [u64; CULTURES.len()] {
    let (mut strides, mut index) = ([1; CULTURES.len()], 0);
    while index < CULTURES.len() {
        let count = names_of(index);
        let mut stride = count * 38 / 100;
        while common_factor(stride, count) != 1 {
            stride += 1;
        }
        strides[index] = stride;
        index += 1;
    }
    strides
}

const fn common_factor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Number of combinations of first and last names of a culture.
const fn names_of(culture: usize) -> u64 {
    (CULTURES[culture].first.len() * CULTURES[culture].last.len()) as u64
}

/// The name of the person with a serial number.
pub(crate) fn name(key: u64, serial: u64) -> Name {
    let (index, rank) = place(key, serial);
    let culture = &CULTURES[index];
    let count = names_of(index);
    let (round, within) = (rank / count, rank % count);
    let at = ((within * STRIDES[index] + mix(key, index as u64)) % count) as usize;
    let first = culture.first[at % culture.first.len()];
    let last = culture.last[at / culture.first.len()];
    let mut local = String::with_capacity(24);
    plain(first, &mut local);
    local.push('.');
    if round > 0 {
        let mut rest = round - 1;
        loop {
            local.push(char::from(b'a' + (rest % 26) as u8));
            if rest < 26 {
                break;
            }
            rest = rest / 26 - 1;
        }
        local.push('.');
    }
    plain(last, &mut local);
    Name { first, last, local }
}

/// The time zone of the person with a serial number; `lot` selects among those of the culture.
pub(crate) fn zone(key: u64, serial: u64, lot: u64) -> usize {
    let zones = CULTURES[place(key, serial).0].zones;
    zones[match lot % 10 {
        0..=6 => 0,
        7 | 8 => 1,
        _ => 2,
    }]
}

/// Finds the serial number, below `end`, of the local part of an address.
pub(crate) fn serial(key: u64, local: &str, end: u64) -> Option<u64> {
    let first = local.split('.').next()?;
    let last = local.rsplit('.').next()?;
    let middle = local
        .get(first.len()..local.len() - last.len())?
        .trim_matches('.');
    let mut round = 0_u64;
    for letter in middle.bytes().rev() {
        if !letter.is_ascii_lowercase() || round > 1 << 40 {
            return None;
        }
        round = round * 26 + u64::from(letter - b'a') + 1;
    }
    let is = |text: &str, wanted: &str| {
        let mut out = String::new();
        plain(text, &mut out);
        out == wanted
    };
    for (index, culture) in CULTURES.iter().enumerate() {
        let Some(f) = culture.first.iter().position(|name| is(name, first)) else {
            continue;
        };
        let Some(l) = culture.last.iter().position(|name| is(name, last)) else {
            continue;
        };
        let count = names_of(index);
        let at = (l * culture.first.len() + f) as u64;
        let from = (at + count - mix(key, index as u64) % count) % count;
        let step = STRIDES[index];
        let Some(within) = (0..count).find(|w| w * step % count == from) else {
            continue;
        };
        let rank = round * count + within;
        let block = rank / SHARE[index];
        let found = (block * 16..block * 16 + 16).find(|s| place(key, *s) == (index, rank));
        if found.is_some_and(|s| s < end) {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn addresses_are_unique_and_lead_back_to_their_person() {
        let mut seen = HashSet::new();
        for number in 0..60_000 {
            let name = name(7, number);
            assert!(
                seen.insert(name.local.clone()),
                "{} given twice",
                name.local
            );
            if number % 97 == 0 {
                assert_eq!(
                    serial(7, &name.local, 60_000),
                    Some(number),
                    "{}",
                    name.local
                );
            }
        }
        assert_eq!(serial(7, "nobody.here", 60_000), None);
    }
}
