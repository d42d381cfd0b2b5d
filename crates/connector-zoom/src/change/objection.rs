//! Reasons against a change at the moment of action: another licence than the list says, licences that
//! would go with it, and events that are running or scheduled.

use std::collections::HashMap;

use connector::{ChangeSubject, Holding, LicenceChange};
use model::{EventKind, Licence, Timestamp};
use tokio::sync::OnceCell;
use zoom::types::PlannedMeeting;
use zoom::{Client, Error, EventType, MeetingList};

use super::holding::{BASIC, LICENSED, ZoomHolding};
use crate::application::ZOOM;
use crate::listing::PAGE_SIZE;
use crate::map;

/// Six months of one person do not fill so many pages; a list that turns in circles does.
const MOST_PAGES: usize = 20;
/// A month of webinars of a whole account fills fewer pages.
const MOST_WEBINAR_PAGES: usize = 1_000;
/// How far ahead webinars are looked for, in days.
const AHEAD_DAYS: i32 = 30;
/// Zoom's code for a user that may not host, so that no event can be running or scheduled.
const MAY_NOT_HOST: i64 = 3161;

/// Finds reasons against changes of one account's users.
pub(super) struct Objections {
    reader: Client,
    /// The next webinar of each host, read once for all changes.
    webinars: OnceCell<HashMap<String, Timestamp>>,
}

impl Objections {
    pub(super) fn new(reader: Client) -> Self {
        Self {
            reader,
            webinars: OnceCell::new(),
        }
    }

    /// A reason against a change, in a sentence.
    pub(super) async fn against(
        &self,
        subject: &ChangeSubject<'_>,
        holding: &Holding,
    ) -> Result<Option<String>, Error> {
        let record: ZoomHolding = serde_json::from_str(&holding.record)
            .map_err(|_| unknown("the licences of the user could not be read"))?;
        if let Some(why) = state_against(subject, holding, &record) {
            return Ok(Some(why));
        }
        if !subject.change.takes() {
            return Ok(None);
        }
        self.events_against(subject).await
    }

    /// An event of this user that needs the licence.
    async fn events_against(&self, subject: &ChangeSubject<'_>) -> Result<Option<String>, Error> {
        let (email, user) = (subject.email, subject.user);
        let live = self.first(user, MeetingList::Live, |_| true).await?;
        if live.is_some() {
            return Ok(Some(format!("{email} is hosting a meeting right now.")));
        }
        match subject.change {
            LicenceChange::AddOn { family, .. } if family == "webinar" => Ok(self
                .next_webinar(subject)
                .await?
                .map(|at| format!("{email} has a webinar scheduled for {}.", at.readable()))),
            LicenceChange::AddOn { .. } => {
                let coming = self.first(user, MeetingList::Upcoming, |_| true).await?;
                Ok(coming.map(|meeting| {
                    format!(
                        "{email} has a meeting scheduled{}, and nobody can tell how many people will \
                         come.",
                        at(&meeting)
                    )
                }))
            }
            LicenceChange::Base { .. } => {
                if let Some(why) = self.long_meeting(email, user).await? {
                    return Ok(Some(why));
                }
                self.unlisted(subject).await
            }
        }
    }

    /// A scheduled meeting that is longer than a Basic user's may be, or of unknown length.
    async fn long_meeting(&self, email: &str, user: &str) -> Result<Option<String>, Error> {
        let free = i64::from(ZOOM.free.minutes);
        // Zoom writes 0 where a meeting has no length.
        let length = |meeting: &PlannedMeeting| meeting.duration.filter(|min| *min > 0);
        let needs = |meeting: &PlannedMeeting| length(meeting).is_none_or(|min| min > free);
        let coming = self.first(user, MeetingList::Upcoming, needs).await?;
        Ok(coming.map(|meeting| {
            let why = match length(&meeting) {
                Some(min) => {
                    format!("of {min} minutes, which is longer than a Basic user's may be")
                }
                None => "whose length is not known".to_owned(),
            };
            let (name, at) = (name(&meeting), at(&meeting));
            format!("{email} has a meeting{name} scheduled{at} {why}.")
        }))
    }

    /// A meeting of the coming days that the last sync read and that Zoom's list of this user does not
    /// contain, so that its length is unknown.
    async fn unlisted(&self, subject: &ChangeSubject<'_>) -> Result<Option<String>, Error> {
        let (email, user) = (subject.email, subject.user);
        let until = subject.now.day().plus(AHEAD_DAYS);
        let mut coming: Vec<_> = subject
            .scheduled
            .iter()
            .filter(|event| event.host_id == user && event.start > subject.now)
            .filter(|event| event.start.day() <= until)
            .collect();
        coming.sort_by_key(|event| event.start);
        for event in coming {
            let same =
                |meeting: &PlannedMeeting| meeting.id.is_some_and(|id| id.to_string() == event.id);
            let listed = self.first(user, MeetingList::Upcoming, same).await?;
            if listed.is_none() {
                let what = match event.kind {
                    EventKind::Webinar => "webinar",
                    EventKind::Meeting => "meeting",
                };
                let (id, at) = (&event.id, event.start.readable());
                return Ok(Some(format!(
                    "{email} has a {what} ({id}) scheduled for {at} whose length is not known."
                )));
            }
        }
        Ok(None)
    }

    /// The first meeting of a list that counts.
    async fn first(
        &self,
        user: &str,
        list: MeetingList,
        counts: impl Fn(&PlannedMeeting) -> bool,
    ) -> Result<Option<PlannedMeeting>, Error> {
        let mut next = None;
        let mut pages = 0;
        loop {
            let page = self
                .reader
                .user_meetings(user, list, PAGE_SIZE, next.as_ref());
            let page = match page.await {
                Ok(page) => page,
                Err(Error::Invalid {
                    code: MAY_NOT_HOST, ..
                }) => return Ok(None),
                Err(error) => return Err(error),
            };
            // A meeting that could not be parsed may be the one that counts.
            if !page.rejected.is_empty() {
                return Ok(Some(PlannedMeeting::default()));
            }
            if let Some(found) = page.items.into_iter().find(|meeting| counts(meeting)) {
                return Ok(Some(found));
            }
            pages += 1;
            match page.next {
                Some(token) if pages < MOST_PAGES => next = Some(token),
                // A meeting on a further page may be the one that counts.
                Some(_) => return Err(unknown("the list of meetings does not end")),
                None => return Ok(None),
            }
        }
    }

    /// The next webinar of the user: as Zoom lists it now, or as the last sync read it.
    async fn next_webinar(&self, subject: &ChangeSubject<'_>) -> Result<Option<Timestamp>, Error> {
        let listed = self
            .webinars
            .get_or_try_init(|| self.read_webinars(subject.now))
            .await?;
        let stored = subject
            .scheduled
            .iter()
            .filter(|event| event.kind == EventKind::Webinar && event.host_id == subject.user)
            .map(|event| event.start)
            .filter(|start| *start > subject.now);
        Ok(listed
            .get(subject.user)
            .copied()
            .into_iter()
            .chain(stored)
            .min())
    }

    /// The first webinar of each host in the next month.
    async fn read_webinars(&self, now: Timestamp) -> Result<HashMap<String, Timestamp>, Error> {
        let (from, to) = (now.day(), now.day().plus(AHEAD_DAYS));
        let (from, to) = (from.to_string(), to.to_string());
        let mut first: HashMap<String, Timestamp> = HashMap::new();
        let mut next = None;
        for _ in 0..MOST_WEBINAR_PAGES {
            let page = self
                .reader
                .report_upcoming_events(EventType::Webinar, &from, &to, PAGE_SIZE, next.as_ref())
                .await?;
            if !page.rejected.is_empty() {
                return Err(unknown("a scheduled webinar could not be read"));
            }
            for event in &page.items {
                let mapped = map::upcoming(event, EventKind::Webinar);
                let (host, start) = match (mapped.row, mapped.problem) {
                    (Some(event), _) => (event.host_id, event.start),
                    // A webinar at an unknown time speaks against the change as one of today does.
                    (None, Some(problem)) if problem.person.is_some() => {
                        (problem.person.unwrap_or_default(), now)
                    }
                    _ => return Err(unknown("a scheduled webinar has no host")),
                };
                let soonest = first.entry(host).or_insert(start);
                *soonest = start.min(*soonest);
            }
            match page.next {
                Some(token) => next = Some(token),
                None => return Ok(first),
            }
        }
        Err(unknown("the list of webinars does not end"))
    }
}

/// A reason against a change in the state and the licences of the user.
fn state_against(
    subject: &ChangeSubject<'_>,
    holding: &Holding,
    record: &ZoomHolding,
) -> Option<String> {
    let (email, change) = (subject.email, subject.change);
    if record.status != "active" {
        return Some(format!(
            "{email} is not active at Zoom ({}), so no licence is changed.",
            record.status
        ));
    }
    let base = matches!(change, LicenceChange::Base { .. });
    if base && !matches!(record.user_type, BASIC | LICENSED) {
        return Some(format!(
            "{email} has user type {} at Zoom, which is neither Basic nor Licensed.",
            record.user_type
        ));
    }
    // A change that was begun may have left the plain licence; whether it was, the engine knows.
    if !change.is_due(&ZOOM, holding) && !change.is_under_way(&ZOOM, holding) {
        return Some(format!(
            "{email} does not have {} any more.",
            change.before(&ZOOM)
        ));
    }
    match change {
        LicenceChange::Base { give: false, .. } if record.owner => Some(format!(
            "{email} owns the Zoom account and must stay licensed."
        )),
        LicenceChange::Base { give: false, .. } if !holding.add_ons.is_empty() => Some(format!(
            "{email} also holds {}, which Zoom would take together with the licence. Decide about \
             that first.",
            add_on_words(record).join(" and ")
        )),
        LicenceChange::Base {
            family,
            give: false,
        } if record.suite().is_some() && record.phone => Some(format!(
            "{email} has Zoom Phone, whose numbers would go with {} and cannot be given back. Decide about \
             Zoom Phone first, at Zoom.",
            Licence::base(family).label(&ZOOM)
        )),
        LicenceChange::Base { .. } if record.subscription => Some(format!(
            "The licence of {email} belongs to one of several subscriptions of one plan, and Zoom asks which \
             one a licence goes back to. Change it at Zoom."
        )),
        LicenceChange::AddOn { to: Some(_), .. } if record.user_type != LICENSED => Some(format!(
            "{email} has no base licence, which every add-on needs."
        )),
        _ => None,
    }
}

/// The add-ons that the user holds, in words.
fn add_on_words(record: &ZoomHolding) -> Vec<String> {
    [
        ("Webinar", record.webinar),
        ("Large Meeting", record.large_meeting),
    ]
    .into_iter()
    .filter_map(|(name, size)| Some(format!("{name} {}", size?)))
    .collect()
}

/// It could not be found out whether there is a reason against a change, so the change is not made.
fn unknown(why: &str) -> Error {
    Error::BadResponse {
        status: 200,
        detail: format!("whether something speaks against it could not be found out: {why}"),
    }
}

/// The number of a meeting, for whoever wants to look.
fn name(meeting: &PlannedMeeting) -> String {
    meeting.id.map_or_else(String::new, |id| format!(" ({id})"))
}

fn at(meeting: &PlannedMeeting) -> String {
    let start = meeting.start_time.as_deref();
    let start = start.and_then(|text| text.parse::<Timestamp>().ok());
    start.map_or_else(String::new, |at| format!(" for {}", at.readable()))
}
