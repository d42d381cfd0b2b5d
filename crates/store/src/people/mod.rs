//! Employees: an imported list or a pushed directory, and the erasing of a person.

mod directory;
mod erase_person;
mod list;
mod push;

pub use directory::{
    Departure, Directory, DirectoryEntry, DirectoryFilter, DirectoryPerson, DirectoryStatus,
};
pub use list::{ImportedPerson, PeopleImport};
