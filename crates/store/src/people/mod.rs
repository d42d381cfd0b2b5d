//! Employees: an imported list or a directory that pushes them, and the erasing of a person.

mod directory;
mod erase_person;
mod list;
mod push;

pub use directory::{
    Departure, Directory, DirectoryEntry, DirectoryFilter, DirectoryPerson, DirectoryStanding,
};
pub use list::{ImportedPerson, PeopleImport};
