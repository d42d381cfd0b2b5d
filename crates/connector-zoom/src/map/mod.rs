//! Zoom's records mapped to the types of `model`. A value that Zoom leaves out stays unknown; a value
//! that is new to us is kept as it is. E-mail addresses in history are lower-cased, network addresses
//! cut to their network, and topics and participants are never taken over.

mod history;
mod mapped;
mod profile;
mod text;
mod users;

pub(crate) use history::{
    addresses_changed, admin_change, daily, host_report, hosted, sign_in, upcoming, users_changed,
};
pub(crate) use mapped::Mapped;
pub(crate) use profile::profile;
pub(crate) use text::day;
pub(crate) use users::{group, settings, user};
