//! How authorisations ended that did not connect anything, as long as this process runs: the address of
//! the callback holds a code and a state, so what came of it is shown at another one.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use sync::Random;

use service::secret::random_text;
use ui::pages::problem;

/// How many are remembered.
const KEPT: usize = 200;

/// The last ones, newest last.
#[derive(Debug, Default)]
pub(crate) struct Outcomes(Mutex<VecDeque<Outcome>>);

#[derive(Debug)]
struct Outcome {
    name: String,
    /// Hash of the session that came back: nobody else is shown it.
    session: String,
    status: StatusCode,
    view: problem::ProblemPage,
}

impl Outcomes {
    /// Keeps how it ended, under a name that nobody can guess.
    pub(crate) fn keep(
        &self,
        random: &dyn Random,
        session: &str,
        status: StatusCode,
        view: problem::ProblemPage,
    ) -> String {
        let name = random_text(random);
        let mut kept = self.held();
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

    /// How it ended, for the session that it is about.
    pub(crate) fn of(
        &self,
        name: &str,
        session: &str,
    ) -> Option<(StatusCode, problem::ProblemPage)> {
        self.held()
            .iter()
            .find(|kept| kept.name == name && kept.session == session)
            .map(|kept| (kept.status, kept.view.clone()))
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<Outcome>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
