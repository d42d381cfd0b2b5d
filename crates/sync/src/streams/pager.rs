//! Walking a listing page by page. Zoom's page tokens live fifteen minutes and are bound to their
//! query; an expired one means that the listing begins again. A listing that turns in circles is
//! given up instead of being asked for ever.

use std::collections::HashSet;

use model::Stream;
use zoom::{Page, PageToken};

use crate::run::Stop;
use crate::zoom::problem::{Problem, problem};

/// How often a listing may begin again because its page token had expired.
const RESTARTS: u32 = 3;

/// Where a listing stands.
#[derive(Debug, Default)]
pub(crate) struct Pager {
    next: Option<PageToken>,
    tokens: HashSet<String>,
    pages: HashSet<u64>,
    restarts: u32,
}

/// What an answer means for the listing.
pub(crate) enum Turn<T> {
    /// A page.
    Page(Page<T>),
    /// The page token had expired: everything of this listing is asked for again.
    Restart,
}

impl Pager {
    /// The token of the page to ask for; none for the first.
    pub(crate) fn token(&self) -> Option<&PageToken> {
        self.next.as_ref()
    }

    /// Takes an answer.
    pub(crate) fn turn<T>(
        &mut self,
        stream: &'static Stream,
        answer: Result<Page<T>, zoom::Error>,
    ) -> Result<Turn<T>, Stop> {
        match answer {
            Ok(page) => Ok(Turn::Page(page)),
            Err(zoom::Error::PageTokenExpired)
                if self.next.is_some() && self.restarts < RESTARTS =>
            {
                tracing::info!(
                    stream = stream.key,
                    "page token expired; the listing begins again"
                );
                *self = Self {
                    restarts: self.restarts + 1,
                    ..Self::default()
                };
                Ok(Turn::Restart)
            }
            Err(error) => Err(Stop::Problem(problem(stream, &error))),
        }
    }

    /// Goes on after a page whose content has this fingerprint. False at the end of the listing, which
    /// is where there is no further token, however full or empty the page is.
    pub(crate) fn advance(
        &mut self,
        next: Option<PageToken>,
        fingerprint: Option<u64>,
    ) -> Result<bool, Stop> {
        let page_again = fingerprint.is_some_and(|page| !self.pages.insert(page));
        let token_again = next
            .as_ref()
            .is_some_and(|token| !self.tokens.insert(token.0.clone()));
        if page_again || token_again {
            return Err(Stop::Problem(Problem::failed(
                "Zoom's listing turned in a circle: it sent the same page twice. What was known \
                 before stays as it is; the listing is tried again with the next run.",
            )));
        }
        self.next = next;
        Ok(self.next.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> PageToken {
        PageToken(text.to_owned())
    }

    #[test]
    fn r06_a_listing_that_turns_in_circles_is_given_up() {
        let mut pager = Pager::default();
        assert!(pager.advance(Some(token("a")), Some(1)).unwrap());
        assert!(matches!(
            pager.advance(Some(token("a")), Some(2)),
            Err(Stop::Problem(_))
        ));
        let mut pager = Pager::default();
        assert!(pager.advance(Some(token("a")), Some(1)).unwrap());
        assert!(matches!(
            pager.advance(Some(token("b")), Some(1)),
            Err(Stop::Problem(_))
        ));
    }

    #[test]
    fn r07_only_the_missing_token_ends_a_listing() {
        let mut pager = Pager::default();
        assert!(pager.advance(Some(token("a")), None).unwrap());
        assert!(pager.advance(Some(token("b")), None).unwrap());
        assert!(!pager.advance(None, Some(1)).unwrap());
    }
}
