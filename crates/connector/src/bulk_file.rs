//! The file with which an application changes licences of many users at once.

/// A CSV file for the application's own import. Everybody in a file gets the same licence, which the
/// administrator chooses at the upload.
#[derive(Debug)]
pub struct BulkFile {
    /// The most people that one file may have.
    pub most_people: usize,
    /// Header and content of each column.
    pub columns: &'static [(&'static str, BulkCell)],
}

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkCell {
    /// E-mail address of the user.
    Email,
    /// All words of the name but the last one.
    FirstName,
    /// The last word of the name.
    LastName,
    /// Department of the user.
    Department,
    /// Names of the user's groups.
    Groups,
    /// Nothing, because Seatwise does not change it.
    Empty,
}
