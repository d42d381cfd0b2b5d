//! Pages, REST API, charts, sign-in and exports: the only crate that serves HTTP for Seatwise
