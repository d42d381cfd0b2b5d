//! Style sheet, scripts, fonts and icons, compiled into the program. Each file is served under a
//! name that contains the hash of its content, so that browsers may cache it without limit and
//! still never show an old version.
//!
//! The style sheet is written in several files (`assets/css`, one per concern) and served as one.
//! Files refer to each other by their plain names (`"./morph.js"`, `url(inter-latin.woff2)`); the
//! plain names are replaced by the hashed names here.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// A file that is ready to be served.
#[derive(Debug)]
pub struct Asset {
    pub bytes: Vec<u8>,
    /// Content compressed with gzip; `None` for formats that are compressed already.
    pub gzip: Option<Vec<u8>>,
    pub mime: &'static str,
    /// Address with the hash of the content: `/assets/style.0123456789abcdef.css`.
    pub href: String,
}

struct Shelf {
    by_name: BTreeMap<String, Asset>,
    by_href: BTreeMap<String, String>,
}

/// Parts of the style sheet, in the order in which their cascade layers are declared.
const STYLE: [&str; 10] = [
    "css/tokens.css",
    "css/base.css",
    "css/shell.css",
    "css/parts.css",
    "css/forms.css",
    "css/tables.css",
    "css/charts.css",
    "css/pages.css",
    "css/deals.css",
    "css/print.css",
];

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let mut shelf = Shelf {
        by_name: BTreeMap::new(),
        by_href: BTreeMap::new(),
    };
    let read = |path: &str| Files::get(path).map(|file| file.data.into_owned());
    // Order matters because a file can only refer to files whose hash is known: fonts and images
    // refer to no other file, nor does the shared module; all others may refer to those.
    for path in Files::iter().filter(|path| !path.starts_with("css/") && !path.starts_with("js/")) {
        if let Some(bytes) = read(&path) {
            shelf.add(&path, bytes);
        }
    }
    for first in [true, false] {
        for path in Files::iter().filter(|path| path.starts_with("js/")) {
            if (path == "js/morph.js") == first
                && let Some(bytes) = read(&path)
            {
                let text = shelf.link(&String::from_utf8_lossy(&bytes));
                shelf.add(&path, text.into_bytes());
            }
        }
    }
    let style: String = STYLE
        .iter()
        .filter_map(|path| read(path))
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    let style = shelf.link(&style);
    shelf.add("style.css", style.into_bytes());
    shelf
});

impl Shelf {
    fn add(&mut self, path: &str, bytes: Vec<u8>) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, kind) = name.rsplit_once('.').unwrap_or((name, ""));
        let hash = hex::encode(Sha256::digest(&bytes));
        let href = format!("/assets/{stem}.{}.{kind}", &hash[..16]);
        let mime = match kind {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "woff2" => "font/woff2",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        self.by_href.insert(href.clone(), name.to_owned());
        let gzip = (kind != "woff2").then(|| packed(&bytes)).flatten();
        let asset = Asset {
            bytes,
            gzip,
            mime,
            href,
        };
        self.by_name.insert(name.to_owned(), asset);
    }

    fn link(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, asset) in &self.by_name {
            text = text
                .replace(&format!("\"./{name}\""), &format!("\"{}\"", asset.href))
                .replace(&format!("url({name})"), &format!("url({})", asset.href));
        }
        text
    }
}

/// Uses the highest level because each file is compressed only once.
fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).ok()?;
    packed.finish().ok()
}

/// The hashed address of a file by its plain name (`style.css`); returns the plain name when there
/// is no such file.
#[must_use]
pub fn href(name: &str) -> &str {
    SHELF
        .by_name
        .get(name)
        .map_or(name, |asset| asset.href.as_str())
}

/// The file at a hashed address (`/assets/style.0123456789abcdef.css`). Browsers may cache the
/// response without limit.
#[must_use]
pub fn lookup(path: &str) -> Option<&'static Asset> {
    let name = SHELF.by_href.get(path)?;
    SHELF.by_name.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_under_its_hashed_name_only() {
        let href = href("style.css");
        assert!(href.starts_with("/assets/style."));
        let asset = lookup(href).unwrap();
        assert_eq!(asset.mime, "text/css; charset=utf-8");
        assert!(lookup("/assets/style.css").is_none());
        assert!(lookup("/assets/../Cargo.toml").is_none());
    }

    #[test]
    fn all_that_a_first_page_brings_along_is_small() {
        let shelf = SHELF.by_name.iter();
        let kinds = [".css", ".js", ".woff2", ".svg"];
        let sent = shelf.filter(|(name, _)| kinds.iter().any(|kind| name.ends_with(kind)));
        let bytes: usize = sent
            .map(|(_, asset)| asset.gzip.as_ref().unwrap_or(&asset.bytes).len())
            .sum();
        assert!(bytes < 80_000, "{bytes} bytes");
    }

    #[test]
    fn files_name_each_other_by_hash() {
        let style = String::from_utf8_lossy(&lookup(href("style.css")).unwrap().bytes);
        assert!(style.contains(href("inter-latin.woff2")));
        assert!(!style.contains("url(inter"));
        for module in ["live.js", "filter.js"] {
            let text = String::from_utf8_lossy(&lookup(href(module)).unwrap().bytes);
            assert!(text.contains(href("morph.js")), "{module}");
        }
    }
}
