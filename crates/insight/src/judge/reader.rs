//! Reads one person's history before a day from a roster. Buffers are reused from person to person, because
//! they are read for every user of an account.

use std::cell::OnceCell;

use model::{Day, Licence, Needs, Timestamp};

use super::moment::Moment;
use super::types::{Past, need_days};
use crate::activity::Facts;
use crate::needs::{Family, counted_for};
use crate::roster::Roster;
use crate::roster::days::{Hosting, SignInDay};
use crate::settings::{NeedSettings, RuleSet};

/// The unpacked days of one person.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    roster: &'a Roster,
    row: usize,
    pub(crate) hosted: Vec<Hosting>,
    sign_ins: Vec<SignInDay>,
    with_sign_ins: bool,
    base_kinds: Needs,
    /// Days with a need, by family, newest first.
    base: Vec<Day>,
    webinars: Vec<Day>,
    large: Vec<Day>,
}

impl<'a> Reader<'a> {
    /// A reader. Sign-in days are needed only for past days.
    pub(crate) fn new(roster: &'a Roster, needs: &NeedSettings, past_moments: bool) -> Self {
        Self {
            roster,
            row: 0,
            hosted: Vec::new(),
            sign_ins: Vec::new(),
            with_sign_ins: past_moments,
            base_kinds: counted_for(Family::Base, needs),
            base: Vec::new(),
            webinars: Vec::new(),
            large: Vec::new(),
        }
    }

    /// Reads the history of the user of a row.
    pub(crate) fn read(&mut self, row: usize) {
        self.row = row;
        self.hosted.clear();
        self.hosted.extend(self.roster.hosting_days(row));
        let origin = self.roster.origin();
        need_days(&self.hosted, origin, self.base_kinds, &mut self.base);
        self.webinars.clear();
        self.large.clear();
        let gatherings = self.roster.details.gatherings_of(row);
        for gathering in gatherings.iter().rev() {
            let days = if gathering.webinar {
                &mut self.webinars
            } else {
                &mut self.large
            };
            let day = gathering.start().day();
            if days.last() != Some(&day) {
                days.push(day);
            }
        }
        self.sign_ins.clear();
        if self.with_sign_ins {
            self.roster.sign_ins_of(row, &mut self.sign_ins);
        }
    }

    /// Every day with a need of a family, newest first.
    pub(crate) fn needs(&self, family: Family) -> &[Day] {
        match family {
            Family::Base => &self.base,
            Family::Webinar => &self.webinars,
            Family::Large => &self.large,
            Family::Other => &[],
        }
    }

    /// Whether the user needed a base licence so recently that no rule about use can apply, so that the rest
    /// of the history need not be read.
    pub(crate) fn needed_recently(&self, row: usize, moment: &Moment<'_>, rules: &RuleSet) -> bool {
        let recently =
            |day: Option<Day>, days: u16| day.is_some_and(|day| day > moment.window(days));
        let last_hosted = self.roster.facts(row).hosted.map(Timestamp::day);
        recently(last_hosted, rules.dormant.days)
            && recently(last_hosted, rules.attendee_only.days)
            && recently(
                self.roster.last_need(row, self.base_kinds),
                rules.over_licensed.days,
            )
    }

    /// The day on which the person got a licence, as far as it is known.
    pub(crate) fn since(&self, licence: &Licence) -> Day {
        let row = u32::try_from(self.row).unwrap_or(u32::MAX);
        let seen = self.roster.licensed_since(row, licence);
        seen.map_or_else(|| self.roster.user_since(row), |(since, _)| since)
    }

    /// The history that was known on a day for a licence that the person has had since `since`. Needs more
    /// than `look_back` days before are left out.
    pub(crate) fn past(
        &self,
        moment: &Moment<'_>,
        family: Family,
        since: Day,
        look_back: Option<u16>,
    ) -> Past<'_> {
        let day_of = |hosting: &Hosting| self.roster.day(hosting.day);
        let known = |day: Day| moment.is_now || day < moment.as_of;
        let hosted = &self.hosted[self.hosted.partition_point(|h| !known(day_of(h)))..];
        let needs = self.needs(family);
        let first = needs.partition_point(|day| !known(*day));
        let end = look_back.map_or(needs.len(), |days| {
            let from = moment.window(days);
            needs.partition_point(|day| *day >= from).max(first)
        });
        let mut webinar_ahead = false;
        let mut meeting_ahead = false;
        if moment.is_now {
            for event in self.roster.details.scheduled_by(self.row) {
                if i64::from(event.start) * 1000 >= self.roster.as_of().0 {
                    webinar_ahead |= event.webinar;
                    meeting_ahead |= !event.webinar;
                }
            }
        }
        Past {
            since,
            hosted,
            last_hosted: hosted.first().map(day_of),
            needs: &needs[first..end],
            facts: self.facts(moment, hosted.first().map(day_of)),
            unread: &self.roster.unread,
            row: self.row,
            webinar_ahead,
            meeting_ahead,
            guards: OnceCell::new(),
        }
    }

    /// The facts about the activity that were known on a day.
    fn facts(&self, moment: &Moment<'_>, last_hosted: Option<Day>) -> Facts {
        // Rules apply as if everything had been understood; findings are on hold then.
        let facts = Facts {
            unread_until: None,
            ..self.roster.facts(self.row)
        };
        if moment.is_now {
            return facts;
        }
        let at = moment.as_of.start();
        let known = |sign_in: &SignInDay| self.roster.day(sign_in.0) >= moment.as_of;
        let logged = self.sign_ins.get(self.sign_ins.partition_point(known));
        let logged = logged.map(|sign_in| self.roster.day(sign_in.0));
        Facts {
            listed: facts.listed.filter(|listed| *listed < at),
            logged: logged.map(Day::start),
            hosted: last_hosted.map(Day::start),
            pending: false,
            unread_until: None,
        }
    }

    /// The time of the last known activity of the person.
    pub(crate) fn last_seen(&self) -> Option<Timestamp> {
        let facts = self.roster.facts(self.row);
        facts.last_sign_in().max(facts.hosted)
    }
}
