//! Results of authorisations that connected nothing, kept in memory. They are shown at an address
//! of their own because the address of the callback contains a code and a state.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use sync::Random;

use service::secret::random_text;
use ui::pages::problem;

/// How many results are kept.
const KEPT: usize = 200;

/// The most recent results, newest last.
#[derive(Debug, Default)]
pub(crate) struct AuthorisationOutcomes(Mutex<VecDeque<Outcome>>);

#[derive(Debug)]
struct Outcome {
    name: String,
    /// Hash of the session that returned; other sessions cannot see the result.
    session: String,
    status: StatusCode,
    view: problem::ProblemPage,
}

impl AuthorisationOutcomes {
    /// Stores a result and returns its random name.
    pub(crate) fn keep(
        &self,
        random: &dyn Random,
        session: &str,
        status: StatusCode,
        view: problem::ProblemPage,
    ) -> String {
        let name = random_text(random);
        let mut kept = self.lock();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Outcome {
            name: name.clone(),
            session: session.to_owned(),
            status,
            view,
        });
        name
    }

    /// The result with this name, if it belongs to this session.
    pub(crate) fn of(
        &self,
        name: &str,
        session: &str,
    ) -> Option<(StatusCode, problem::ProblemPage)> {
        self.lock()
            .iter()
            .find(|kept| kept.name == name && kept.session == session)
            .map(|kept| (kept.status, kept.view.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Outcome>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
