//! Recognises network file systems, on which SQLite cannot lock its file reliably.

use std::path::Path;

/// File systems of networks, by the names that Linux gives them.
const NETWORK: [&str; 14] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "davfs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
];

/// The name of the network file system that a directory is on. `None` if it is on a local one, or
/// if that is not known.
pub(crate) fn network_file_system(directory: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let directory = directory.canonicalize().ok()?;
    network_mount(&mounts, &directory)
}

/// Advice about a database on a network file system, as a sentence.
pub(crate) const ADVICE: &str = "keep the data directory on a local disk, or use PostgreSQL \
                                 (SEATWISE_DATABASE_URL)";

/// Finds the file system of a path in the text of `/proc/self/mountinfo`.
fn network_mount(mounts: &str, path: &Path) -> Option<String> {
    let kind = mounts
        .lines()
        .filter_map(|line| {
            // Fields before the hyphen: …, 4: mount point; after it: the type.
            let (before, after) = line.split_once(" - ")?;
            let point = unescape(before.split(' ').nth(4)?);
            let kind = after.split(' ').next()?;
            path.starts_with(&point).then_some((point.len(), kind))
        })
        // The last of several mounts at one point is the visible one.
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)?;
    NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// Replaces the octal escapes of spaces and the like.
fn unescape(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (escape, character)| {
            text.replace(escape, character)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 21 0:40 / /mnt/nas\\040one rw,relatime shared:1 - nfs4 nas:/volume rw,vers=4.2
31 30 8:2 / /mnt/nas\\040one/local rw - xfs /dev/sdb rw
32 21 0:41 / /share rw - cifs //nas/share rw
33 32 0:42 / /share rw - ext4 /dev/sdc rw
";

    #[test]
    fn u17_a_network_file_system_is_recognised_by_its_mount() {
        let kind = |path: &str| network_mount(MOUNTS, Path::new(path));
        assert_eq!(kind("/var/lib/seatwise"), None);
        assert_eq!(kind("/mnt/nas one/seatwise").as_deref(), Some("nfs4"));
        assert_eq!(kind("/mnt/nas one/local/seatwise"), None);
        // Not below the mount point, only a longer name.
        assert_eq!(kind("/mnt/nas one two"), None);
        // Mounted over by a local disk.
        assert_eq!(kind("/share/seatwise"), None);
    }

    #[test]
    fn the_file_system_of_this_machine_can_be_read() {
        // Whatever it is; the text must be understood without an error.
        let _ = network_file_system(Path::new("/"));
    }
}
