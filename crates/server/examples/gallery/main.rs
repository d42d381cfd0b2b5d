//! Writes every page with made-up data into a directory, for looking at and for checking with
//! accessibility tools: `cargo run -p server --example gallery -- DIRECTORY`. Nothing is served; any
//! static file server on the loopback interface will do.

mod data;
mod deals;
mod decide;
mod people;
mod places;

use std::fs;
use std::path::Path;

use server::ui::assets;

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).ok_or_else(|| {
        std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            "name a directory to write to",
        )
    })?;
    let directory = Path::new(&directory);
    for (name, page) in places::pages()
        .into_iter()
        .chain(people::pages())
        .chain(decide::pages())
        .chain(deals::pages())
    {
        let html = page.into_string();
        for address in addresses(&html) {
            if let Some(asset) = assets::lookup(address) {
                write(directory, &address[1..], &asset.bytes)?;
                if asset.mime.starts_with("text/") {
                    let text = String::from_utf8_lossy(&asset.bytes).into_owned();
                    for inner in addresses(&text) {
                        if let Some(asset) = assets::lookup(inner) {
                            write(directory, &inner[1..], &asset.bytes)?;
                        }
                    }
                }
            }
        }
        write(directory, &format!("{name}.html"), html.as_bytes())?;
    }
    Ok(())
}

fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("/assets/").map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(['"', ')']).unwrap_or(rest.len());
        &rest[..end]
    })
}

fn write(directory: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let path = directory.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}
