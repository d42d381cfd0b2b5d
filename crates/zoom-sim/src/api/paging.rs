//! Pages and their tokens.
//!
//! A token contains the position at which the next page begins, signed together with the account, the
//! path and all other parameters of the query. It is therefore opaque and valid for its query only, and
//! the simulator stores nothing.

use super::call::Call;
use super::error::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

/// Lifetime of a page token in seconds, as Zoom documents it.
const LIFE: i64 = 15 * 60;

/// The requested page: number of rows and position.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Requested page size, which the answer repeats.
    pub(crate) size: usize,
    /// Number of rows to return; smaller than `size` only by an injected fault.
    pub(crate) rows: usize,
    /// The position from the token; empty on the first page.
    pub(crate) place: Vec<u64>,
    /// Number of the page if it was requested without a token, otherwise 1.
    pub(crate) number: u64,
    /// Number of rows before the requested page, if it was requested by its number.
    pub(crate) skip: usize,
}

impl Page {
    /// A number of the position; `first` on the first page.
    pub(crate) fn at(&self, index: usize, first: u64) -> u64 {
        self.place.get(index).copied().unwrap_or(first)
    }
}

/// The members of numbered lists besides the rows.
#[derive(Serialize)]
pub(super) struct ListHead {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page_number: Option<u64>,
    pub(super) page_size: usize,
    pub(super) total_records: u64,
    pub(super) next_page_token: String,
}

/// The members of reports that repeat their range, besides the rows.
#[derive(Serialize)]
pub(super) struct ReportHead {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) page_size: usize,
    pub(super) next_page_token: String,
}

/// The text that a token is signed for: account, path and query.
fn bound(call: &Call<'_>) -> Vec<u8> {
    let mut query: Vec<String> = call
        .query
        .iter()
        .filter(|(name, _)| name != "next_page_token")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    query.sort_unstable();
    format!("{} {} {}", call.account.id, call.path, query.join("&")).into_bytes()
}

impl Call<'_> {
    /// Reads `page_number` besides the parameters of [`Call::page`], for the lists that still have it. A
    /// token comes first.
    pub(crate) fn numbered_page(&self, most: usize) -> Result<Page, Refusal> {
        let mut page = self.page(most)?;
        let number = self.param("page_number").and_then(|text| text.parse().ok());
        if let Some(number) = number.filter(|number| *number > 1 && page.place.is_empty()) {
            page.number = number;
            page.skip = (number as usize - 1).saturating_mul(page.size);
        }
        Ok(page)
    }

    /// The number of all pages, which only the first page contains.
    pub(crate) fn page_count(&self, page: &Page, rows: u64) -> Option<u64> {
        let first = page.place.is_empty() && page.number == 1;
        first.then(|| self.page_number(rows.div_ceil(page.size as u64)))?
    }

    /// Reads `page_size` and `next_page_token`. A size above `most` is cut, any other wrong one is
    /// replaced by the default.
    pub(crate) fn page(&self, most: usize) -> Result<Page, Refusal> {
        let size = match self.param("page_size") {
            None => 30,
            Some(text) => match text.parse::<usize>() {
                Ok(size) if (1..=most).contains(&size) => size,
                Ok(size) if size > most && !self.faults.strict => most,
                _ if !self.faults.strict => 30,
                _ => {
                    let text = format!("Invalid field. Must be between 1 and {most}.");
                    return Err(Refusal::invalid("page_size", &text));
                }
            },
        };
        let rows = self.rows.map_or(size, |rows| rows.min(size));
        let place = match self
            .param("next_page_token")
            .filter(|token| !token.is_empty())
        {
            None => Vec::new(),
            Some(token) => self.place(token).ok_or_else(Refusal::page_token)?,
        };
        Ok(Page {
            size,
            rows,
            place,
            number: 1,
            skip: 0,
        })
    }

    fn place(&self, token: &str) -> Option<Vec<u64>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (mark, rest) = bytes.split_at_checked(12)?;
        let mut signed = bound(self);
        signed.extend_from_slice(rest);
        if self.sim.seal.mark("page", &signed)[..12] != *mark {
            return None;
        }
        let mut numbers = rest
            .as_chunks::<8>()
            .0
            .iter()
            .map(|chunk| u64::from_be_bytes(*chunk));
        let made = numbers.next()? as i64;
        let life = self.faults.page_token_seconds.unwrap_or(LIFE);
        (self.now - made < life && made <= self.now).then(|| numbers.collect())
    }

    /// The token for the page that begins at a position.
    pub(crate) fn token(&self, place: &[u64]) -> String {
        let mut rest = (self.now as u64).to_be_bytes().to_vec();
        rest.extend(place.iter().flat_map(|number| number.to_be_bytes()));
        let mut signed = bound(self);
        signed.extend_from_slice(&rest);
        let mut bytes = self.sim.seal.mark("page", &signed)[..12].to_vec();
        bytes.extend_from_slice(&rest);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}
