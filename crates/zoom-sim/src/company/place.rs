//! Places of work: time zones, regions with their holidays, and departments.

/// A region with its own public holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    NorthAmerica,
    Germany,
    France,
    Britain,
    Brazil,
    India,
    EastAsia,
    Australia,
}

impl Region {
    pub(crate) const ALL: [Self; 8] = [
        Self::NorthAmerica,
        Self::Germany,
        Self::France,
        Self::Britain,
        Self::Brazil,
        Self::India,
        Self::EastAsia,
        Self::Australia,
    ];

    /// Index of the region's area, for which there is a group.
    pub(crate) const fn area(self) -> usize {
        match self {
            Self::NorthAmerica | Self::Brazil => 0,
            Self::Germany | Self::France | Self::Britain => 1,
            Self::India | Self::EastAsia | Self::Australia => 2,
        }
    }
}

/// Names of the areas, in the order of [`Region::area`].
pub(crate) const AREAS: [&str; 3] = ["Region Americas", "Region EMEA", "Region APAC"];

/// A time zone: its name, its offset from UTC in hours in winter, whether it has summer time.
#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) name: &'static str,
    offset: i64,
    summer: bool,
    pub(crate) region: Region,
    pub(crate) language: &'static str,
    pub(crate) city: &'static str,
}

impl Zone {
    /// Begin and end of the usual working day in seconds of the UTC day. Limited to one UTC day, because
    /// the rows of a day are computed from a single day.
    pub(crate) fn working_hours(&self, month: i64) -> (i64, i64) {
        let offset = self.offset + i64::from(self.summer && (4..=10).contains(&month));
        (
            ((9 - offset) * 3600).max(600),
            ((18 - offset) * 3600).clamp(6 * 3600, 23 * 3600),
        )
    }
}

const fn zone(
    name: &'static str,
    offset: i64,
    summer: bool,
    region: Region,
    language: &'static str,
    city: &'static str,
) -> Zone {
    Zone {
        name,
        offset,
        summer,
        region,
        language,
        city,
    }
}

/// All time zones. The cultures of [`super::names`] refer to them by index.
pub(crate) const ZONES: [Zone; 13] = [
    zone(
        "America/New_York",
        -5,
        true,
        Region::NorthAmerica,
        "en-US",
        "New York",
    ),
    zone(
        "America/Chicago",
        -6,
        true,
        Region::NorthAmerica,
        "en-US",
        "Chicago",
    ),
    zone(
        "America/Los_Angeles",
        -8,
        true,
        Region::NorthAmerica,
        "en-US",
        "San Jose",
    ),
    zone("Europe/Berlin", 1, true, Region::Germany, "de-DE", "Berlin"),
    zone("Europe/Paris", 1, true, Region::France, "fr-FR", "Lyon"),
    zone("Europe/London", 0, true, Region::Britain, "en-US", "Leeds"),
    zone(
        "Europe/Madrid",
        1,
        true,
        Region::France,
        "es-ES",
        "Valencia",
    ),
    zone("Europe/Warsaw", 1, true, Region::Germany, "pl-PL", "Kraków"),
    zone(
        "America/Sao_Paulo",
        -3,
        false,
        Region::Brazil,
        "pt-PT",
        "São Paulo",
    ),
    zone("Asia/Kolkata", 5, false, Region::India, "en-US", "Pune"),
    zone("Asia/Tokyo", 9, false, Region::EastAsia, "jp-JP", "Osaka"),
    zone(
        "Asia/Singapore",
        8,
        false,
        Region::EastAsia,
        "en-US",
        "Singapore",
    ),
    zone(
        "Australia/Sydney",
        10,
        false,
        Region::Australia,
        "en-US",
        "Sydney",
    ),
];

/// A department, its weight among a hundred people, and the job titles in it.
#[derive(Debug)]
pub(crate) struct Department {
    pub(crate) name: &'static str,
    pub(crate) weight: u32,
    pub(crate) jobs: [&'static str; 3],
}

const fn dept(name: &'static str, weight: u32, jobs: [&'static str; 3]) -> Department {
    Department { name, weight, jobs }
}

/// All departments. "Academy" contains the seasonal lecturers.
pub(crate) const DEPARTMENTS: [Department; 14] = [
    dept(
        "Engineering",
        22,
        ["Engineer", "Senior Engineer", "Team Lead"],
    ),
    dept(
        "Sales",
        16,
        ["Account Executive", "Sales Manager", "Sales Engineer"],
    ),
    dept(
        "Customer Support",
        12,
        ["Support Agent", "Support Lead", "Service Manager"],
    ),
    dept(
        "Operations",
        9,
        ["Operations Analyst", "Planner", "Operations Manager"],
    ),
    dept(
        "Marketing",
        7,
        ["Marketing Manager", "Content Editor", "Event Manager"],
    ),
    dept(
        "Manufacturing",
        8,
        ["Technician", "Shift Lead", "Quality Engineer"],
    ),
    dept("Finance", 5, ["Accountant", "Controller", "Analyst"]),
    dept(
        "People & Culture",
        4,
        ["Recruiter", "People Partner", "Payroll Specialist"],
    ),
    dept("Product", 4, ["Product Manager", "Designer", "Researcher"]),
    dept(
        "IT",
        3,
        ["Administrator", "Systems Engineer", "Service Desk"],
    ),
    dept("Legal", 2, ["Counsel", "Paralegal", "Compliance Officer"]),
    dept(
        "Research",
        3,
        ["Scientist", "Research Fellow", "Lab Manager"],
    ),
    dept("Academy", 3, ["Lecturer", "Trainer", "Course Manager"]),
    dept(
        "Executive Office",
        2,
        ["Director", "Vice President", "Chief of Staff"],
    ),
];
