//! Walking a listing page by page. A cursor may expire, and then the listing begins again. A listing
//! that repeats itself is given up, because it would never end.

use std::collections::HashSet;

use connector::{Cursor, Error, ErrorKind, Page};

use crate::run::Stop;

/// How often a listing may begin again because its cursor had expired.
const RESTARTS: u32 = 3;

/// How far a listing was read.
#[derive(Debug, Default)]
pub(super) struct Pager {
    next: Option<Cursor>,
    cursors: HashSet<Cursor>,
    pages: HashSet<u64>,
    restarts: u32,
}

/// The effect of an answer on the listing.
pub(super) enum NextPage {
    /// The listing continues with this page.
    Page(Page),
    /// The cursor had expired: everything of this listing is asked for again.
    Restart,
}

impl Pager {
    /// Where to continue; `None` for the first page.
    pub(super) fn cursor(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }

    /// Takes the answer to the request for the next page.
    pub(super) fn turn(
        &mut self,
        stream: &'static str,
        answer: Result<Page, Error>,
    ) -> Result<NextPage, Stop> {
        match answer {
            Ok(page) => Ok(NextPage::Page(page)),
            Err(error)
                if error.kind == ErrorKind::CursorExpired
                    && self.next.is_some()
                    && self.restarts < RESTARTS =>
            {
                tracing::info!(stream, "cursor expired; the listing begins again");
                *self = Self {
                    restarts: self.restarts + 1,
                    ..Self::default()
                };
                Ok(NextPage::Restart)
            }
            Err(error) => Err(Stop::Problem(error)),
        }
    }

    /// Continues after a page with this fingerprint. False at the end of the listing, which is where
    /// there is no further cursor, however full or empty the page is.
    pub(super) fn advance(
        &mut self,
        application: &str,
        next: Option<Cursor>,
        fingerprint: Option<u64>,
    ) -> Result<bool, Stop> {
        let page_again = fingerprint.is_some_and(|page| !self.pages.insert(page));
        let cursor_again = next
            .as_ref()
            .is_some_and(|cursor| !self.cursors.insert(cursor.clone()));
        if page_again || cursor_again {
            return Err(Stop::Problem(Error::failed(format!(
                "{application}'s listing turned in a circle: it sent the same page twice. What was \
                 known before stays as it is; the listing is tried again with the next run."
            ))));
        }
        self.next = next;
        Ok(self.next.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor {
        Cursor(text.to_owned())
    }

    #[test]
    fn r06_a_listing_that_turns_in_circles_is_given_up() {
        let mut pager = Pager::default();
        assert!(pager.advance("Zoom", Some(cursor("a")), Some(1)).unwrap());
        assert!(matches!(
            pager.advance("Zoom", Some(cursor("a")), Some(2)),
            Err(Stop::Problem(_))
        ));
        let mut pager = Pager::default();
        assert!(pager.advance("Zoom", Some(cursor("a")), Some(1)).unwrap());
        assert!(matches!(
            pager.advance("Zoom", Some(cursor("b")), Some(1)),
            Err(Stop::Problem(_))
        ));
    }

    #[test]
    fn r07_only_the_missing_cursor_ends_a_listing() {
        let mut pager = Pager::default();
        assert!(pager.advance("Zoom", Some(cursor("a")), None).unwrap());
        assert!(pager.advance("Zoom", Some(cursor("b")), None).unwrap());
        assert!(!pager.advance("Zoom", None, Some(1)).unwrap());
    }
}
