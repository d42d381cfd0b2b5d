//! Pages and their tokens.
//!
//! A token holds the place where the next page begins, signed together with the account, the path
//! and every other parameter of the query. So it is opaque, bound to its query, and the simulator
//! remembers nothing.

use super::call::Call;
use super::error::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const LIFE: i64 = 15 * 60;

/// What a request asks for: how many rows, from where.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// As the caller asked; told back.
    pub(crate) size: usize,
    /// Rows to give; fewer only when a fault says so.
    pub(crate) rows: usize,
    /// The place kept in the token; empty on the first page.
    pub(crate) place: Vec<u64>,
}

impl Page {
    /// A number of the place; `first` on the first page.
    pub(crate) fn at(&self, index: usize, first: u64) -> u64 {
        self.place.get(index).copied().unwrap_or(first)
    }
}

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
    /// Reads `page_size` and `next_page_token`.
    pub(crate) fn page(&self, most: usize) -> Result<Page, Refusal> {
        let size = match self.param("page_size") {
            None => 30,
            Some(text) => match text.parse::<usize>() {
                Ok(size) if (1..=most).contains(&size) => size,
                Ok(size) if size > most && self.faults.clamp_page_size => most,
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
        Ok(Page { size, rows, place })
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

    /// The token for the page that begins at a place.
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
