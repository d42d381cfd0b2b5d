//! What speaks against a change at the moment of action: another licence than the list says, what
//! would go with it, and events that are running or coming.

use std::collections::HashMap;

use model::{EventKind, IntegrationId, Timestamp};
use store::Change;
use zoom::types::PlannedMeeting;
use zoom::{AddOn, Client, Error, EventType, MeetingList};

use super::held::Held;
use super::step::{BASIC, LICENSED, Step};
use crate::engine::Engine;
use crate::zoom::ZOOM;

/// Rows a page.
const PAGE_SIZE: u32 = 300;
/// Six months of one person do not fill so many pages; a list that turns in circles does.
const MOST_PAGES: usize = 20;
/// A month of webinars of a whole account fills fewer pages.
const MOST_WEBINAR_PAGES: usize = 1_000;
/// How far ahead webinars are looked for, in days.
const AHEAD_DAYS: i32 = 30;
/// Zoom's code for somebody who may not host: there is nothing that could be running or coming.
const MAY_NOT_HOST: i64 = 3161;

/// Looks at users of one account before their licences are changed.
pub(super) struct Guard {
    engine: Engine,
    id: IntegrationId,
    reader: Client,
    /// The next webinar of each host, read once for all changes.
    webinars: Option<HashMap<String, Timestamp>>,
}

impl Guard {
    pub(super) fn new(engine: &Engine, id: IntegrationId, reader: Client) -> Self {
        Self {
            engine: engine.clone(),
            id,
            reader,
            webinars: None,
        }
    }

    /// What speaks against a change, in a sentence.
    pub(super) async fn against(
        &mut self,
        change: &Change,
        step: &Step,
        user: &str,
        held: &Held,
    ) -> Result<Option<String>, Error> {
        let email = &change.email;
        if held.status != "active" {
            return Ok(Some(format!(
                "{email} is not active at Zoom ({}), so no licence is changed.",
                held.status
            )));
        }
        if matches!(step, Step::Base { .. }) && !matches!(held.user_type, BASIC | LICENSED) {
            return Ok(Some(format!(
                "{email} has user type {} at Zoom, which is neither Basic nor Licensed.",
                held.user_type
            )));
        }
        if !step.is_due(held) {
            return Ok(Some(format!(
                "{email} does not have {} any more.",
                step.before()
            )));
        }
        match step {
            Step::Base { give: false } if held.owner => {
                return Ok(Some(format!(
                    "{email} owns the Zoom account and must stay licensed."
                )));
            }
            Step::Base { give: false } if !held.add_ons().is_empty() => {
                return Ok(Some(format!(
                    "{email} also holds {}, which Zoom would take together with the licence. Decide \
                     about that first.",
                    held.add_ons().join(" and ")
                )));
            }
            Step::AddOn { to: Some(_), .. } if held.user_type != LICENSED => {
                return Ok(Some(format!(
                    "{email} has no base licence, which every add-on needs."
                )));
            }
            _ => {}
        }
        if !step.takes() {
            return Ok(None);
        }
        self.events(email, step, user).await
    }

    /// An event of this user that needs the licence.
    async fn events(
        &mut self,
        email: &str,
        step: &Step,
        user: &str,
    ) -> Result<Option<String>, Error> {
        if self
            .first(user, MeetingList::Live, |_| true)
            .await?
            .is_some()
        {
            return Ok(Some(format!("{email} is hosting a meeting right now.")));
        }
        match step {
            Step::AddOn {
                add_on: AddOn::Webinar,
                ..
            } => Ok(self
                .next_webinar(user)
                .await?
                .map(|at| format!("{email} has a webinar scheduled for {}.", at.readable()))),
            Step::AddOn { .. } => {
                let coming = self.first(user, MeetingList::Upcoming, |_| true).await?;
                Ok(coming.map(|meeting| {
                    format!(
                        "{email} has a meeting scheduled{}, and nobody can tell how many people will \
                         come.",
                        at(&meeting)
                    )
                }))
            }
            Step::Base { .. } => {
                let free = i64::from(ZOOM.free.minutes);
                // A length of nothing is no length.
                let length = |meeting: &PlannedMeeting| meeting.duration.filter(|min| *min > 0);
                let needs = |meeting: &PlannedMeeting| length(meeting).is_none_or(|min| min > free);
                let coming = self.first(user, MeetingList::Upcoming, needs).await?;
                if let Some(meeting) = coming {
                    let why = match length(&meeting) {
                        Some(min) => {
                            format!("of {min} minutes, which is longer than a Basic user's may be")
                        }
                        None => "whose length is not known".to_owned(),
                    };
                    let (name, at) = (name(&meeting), at(&meeting));
                    return Ok(Some(format!(
                        "{email} has a meeting{name} scheduled{at} {why}."
                    )));
                }
                self.unlisted(email, user).await
            }
        }
    }

    /// A meeting of the coming days that the last sync read and that Zoom's list of this user does not
    /// have, so that nobody can tell how long it will be.
    async fn unlisted(&self, email: &str, user: &str) -> Result<Option<String>, Error> {
        let now = self.engine.config().clock.now();
        let until = now.day().plus(AHEAD_DAYS);
        let stored = self
            .engine
            .store()
            .upcoming(self.id)
            .await
            .map_err(|error| {
                tracing::debug!(%error, "stored events could not be read");
                unknown("the events of the last sync could not be read")
            })?;
        let mut coming: Vec<_> = stored
            .into_iter()
            .filter(|event| event.host_id == user && event.start > now)
            .filter(|event| event.start.day() <= until)
            .collect();
        coming.sort_by_key(|event| event.start);
        for event in coming {
            let same =
                |meeting: &PlannedMeeting| meeting.id.is_some_and(|id| id.to_string() == event.id);
            if self
                .first(user, MeetingList::Upcoming, same)
                .await?
                .is_none()
            {
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
            // What could not be read may be the one that counts.
            if !page.rejected.is_empty() {
                return Ok(Some(PlannedMeeting::default()));
            }
            if let Some(found) = page.items.into_iter().find(|meeting| counts(meeting)) {
                return Ok(Some(found));
            }
            pages += 1;
            match page.next {
                Some(token) if pages < MOST_PAGES => next = Some(token),
                // What was not read may be the one that counts.
                Some(_) => return Err(unknown("the list of meetings does not end")),
                None => return Ok(None),
            }
        }
    }

    async fn next_webinar(&mut self, user: &str) -> Result<Option<Timestamp>, Error> {
        if self.webinars.is_none() {
            self.webinars = Some(self.read_webinars().await?);
        }
        let webinars = self.webinars.as_ref();
        Ok(webinars.and_then(|webinars| webinars.get(user)).copied())
    }

    /// Webinars of the next month, as Zoom tells them now and as the last sync read them.
    async fn read_webinars(&self) -> Result<HashMap<String, Timestamp>, Error> {
        let now = self.engine.config().clock.now();
        let (from, to) = (now.day(), now.day().plus(AHEAD_DAYS));
        let (from, to) = (from.to_string(), to.to_string());
        let mut coming: Vec<(String, Timestamp)> = Vec::new();
        let mut next = None;
        let mut pages = 0;
        loop {
            let page = self
                .reader
                .report_upcoming_events(EventType::Webinar, &from, &to, PAGE_SIZE, next.as_ref())
                .await?;
            coming.extend(page.items.iter().filter_map(|event| {
                let event = crate::zoom::map::upcoming(event, EventKind::Webinar)?;
                Some((event.host_id, event.start))
            }));
            pages += 1;
            match page.next {
                Some(token) if pages < MOST_WEBINAR_PAGES => next = Some(token),
                Some(_) => return Err(unknown("the list of webinars does not end")),
                None => break,
            }
        }
        match self.engine.store().upcoming(self.id).await {
            Ok(stored) => coming.extend(
                stored
                    .into_iter()
                    .filter(|event| event.kind == EventKind::Webinar && event.start > now)
                    .map(|event| (event.host_id, event.start)),
            ),
            Err(error) => {
                tracing::debug!(%error, "stored webinars could not be read");
                return Err(unknown("the webinars of the last sync could not be read"));
            }
        }
        let mut first = HashMap::new();
        for (host, start) in coming {
            let soonest: &mut Timestamp = first.entry(host).or_insert(start);
            *soonest = start.min(*soonest);
        }
        Ok(first)
    }
}

/// What speaks against a change could not be found out, so it is not made.
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
