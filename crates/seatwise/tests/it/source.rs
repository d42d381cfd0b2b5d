//! Reads the source code of every crate as tokens: which modules a file declares, imports and names.
//! The tests in `structure` ask it questions about layers and cycles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use testkit::node::workspace;

/// The path of a module within its crate; empty for the root.
pub(crate) type Module = Vec<String>;

/// One file of a crate.
#[derive(Debug, Default)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) lines: usize,
    /// Paths that the code imports or names, as seen from the root of the crate.
    used: Vec<Vec<String>>,
    /// Names that the file passes on by `pub use`, with the path from the root; `*` for all names.
    passed_on: Vec<(String, Vec<String>)>,
    /// Names of the functions, types and values that the file defines itself.
    defined: BTreeSet<String>,
    /// Names of its types with `pub` visibility.
    pub(crate) public_types: Vec<String>,
}

/// The code of a crate without its tests.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) files: BTreeMap<Module, SourceFile>,
}

/// Every crate of the workspace.
pub(crate) fn crates() -> Vec<Crate> {
    let mut found: Vec<_> = std::fs::read_dir(workspace().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("src").is_dir())
        .map(|path| Crate::read(&path))
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

impl Crate {
    fn read(directory: &Path) -> Self {
        let mut paths = Vec::new();
        list(&directory.join("src"), &mut paths);
        let modules: BTreeMap<Module, PathBuf> = paths
            .into_iter()
            .map(|path| (module_of(&directory.join("src"), &path), path))
            .filter(|(module, _)| module.last().is_none_or(|name| name != "tests"))
            .collect();
        let known: BTreeSet<Module> = modules.keys().cloned().collect();
        let files = modules
            .into_iter()
            .map(|(module, path)| {
                let text = std::fs::read_to_string(&path).unwrap();
                let mut file = SourceFile {
                    lines: text.lines().count(),
                    path,
                    ..SourceFile::default()
                };
                let tokens: TokenStream = text
                    .parse()
                    .unwrap_or_else(|error| panic!("{}: {error}", file.path.display()));
                let scope = Scope {
                    known: &known,
                    module: module.clone(),
                };
                scope.read(&tokens.into_iter().collect::<Vec<_>>(), &mut file);
                (module, file)
            })
            .collect();
        Self {
            name: directory
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned(),
            files,
        }
    }

    /// Which file uses which other file, through re-exports to where a name is defined. Modules that
    /// only declare and pass on others are no users of theirs.
    pub(crate) fn edges(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        self.files
            .iter()
            .map(|(module, file)| {
                let used = file
                    .used
                    .iter()
                    .filter_map(|path| self.definition(path, 0))
                    .filter(|other| *other != module)
                    .collect();
                (module, used)
            })
            .collect()
    }

    fn definition(&self, path: &[String], depth: usize) -> Option<&Module> {
        let length = (0..=path.len())
            .rev()
            .find(|length| self.files.contains_key(&path[..*length]))?;
        let (module, file) = self.files.get_key_value(&path[..length])?;
        let Some(name) = path.get(length) else {
            return Some(module);
        };
        if file.defined.contains(name) || depth > 8 {
            return Some(module);
        }
        let continued = |target: &[String]| {
            let path = [target, &path[length + 1..]].concat();
            self.definition(&path, depth + 1)
        };
        if let Some((_, target)) = file.passed_on.iter().find(|(alias, _)| alias == name) {
            return continued(target);
        }
        file.passed_on
            .iter()
            .filter(|(alias, _)| alias == "*")
            .find_map(|(_, target)| {
                let all = &target[..target.len() - 1];
                let path = [all, &path[length..]].concat();
                let found = self.definition(&path, depth + 1)?;
                self.files[found].defined.contains(name).then_some(found)
            })
            .or(Some(module))
    }

    /// Groups of files that all use each other, directly or through others: the import cycles.
    pub(crate) fn cycles(&self) -> Vec<Vec<String>> {
        let edges = self.edges();
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = edges
            .keys()
            .map(|start| {
                let mut seen = BTreeSet::new();
                let mut open: Vec<&Module> = edges[*start].iter().copied().collect();
                while let Some(next) = open.pop() {
                    if seen.insert(next) {
                        open.extend(&edges[next]);
                    }
                }
                (*start, seen)
            })
            .collect();
        let mut cycles = BTreeSet::new();
        for (module, seen) in &reached {
            if seen.contains(module) {
                let members: Vec<String> = seen
                    .iter()
                    .filter(|other| reached[**other].contains(module))
                    .map(|other| self.label(other))
                    .collect();
                cycles.insert(members);
            }
        }
        cycles.into_iter().collect()
    }

    fn label(&self, module: &Module) -> String {
        format!("{}::{}", self.name, module.join("::"))
            .trim_end_matches("::")
            .to_owned()
    }
}

/// Where the code that is read stands.
struct Scope<'a> {
    known: &'a BTreeSet<Module>,
    module: Module,
}

impl Scope<'_> {
    fn read(&self, tokens: &[TokenTree], file: &mut SourceFile) {
        let mut at = 0;
        let mut public = false;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let test = tokens.get(at + 1).is_some_and(is_test_attribute);
                    at += 2;
                    if test {
                        at = after_item(tokens, at);
                    }
                    continue;
                }
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    match word.as_str() {
                        "pub" => {
                            public = true;
                            at += 1;
                            // `pub(crate)` and the like.
                            if let Some(TokenTree::Group(group)) = tokens.get(at)
                                && group.delimiter() == Delimiter::Parenthesis
                            {
                                at += 1;
                            }
                            continue;
                        }
                        "use" => {
                            let end = end_of_statement(tokens, at);
                            self.import(&tokens[at + 1..end], &[], public, file);
                            at = end;
                        }
                        "mod" => {
                            if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                                let inner = Scope {
                                    known: self.known,
                                    module: [&self.module[..], &[text(&tokens[at + 1])]].concat(),
                                };
                                inner.read(&group.stream().into_iter().collect::<Vec<_>>(), file);
                            }
                            at += 2;
                        }
                        "struct" | "enum" | "trait" | "union" | "type" | "fn" | "const"
                        | "static" => {
                            if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                                file.defined.insert(name.to_string());
                                if public && matches!(word.as_str(), "struct" | "enum" | "union") {
                                    file.public_types.push(name.to_string());
                                }
                            }
                        }
                        _ => at = self.path(tokens, at, file),
                    }
                    public = false;
                }
                TokenTree::Group(group) => {
                    self.read(&group.stream().into_iter().collect::<Vec<_>>(), file);
                    public = false;
                }
                _ => public = false,
            }
            at += 1;
        }
    }

    /// Reads a path such as `crate::a::b` that begins here; returns where its last token stands.
    fn path(&self, tokens: &[TokenTree], start: usize, file: &mut SourceFile) -> usize {
        let mut segments = vec![text(&tokens[start])];
        let mut at = start;
        while is_colons(tokens, at + 1)
            && let Some(TokenTree::Ident(next)) = tokens.get(at + 3)
        {
            segments.push(next.to_string());
            at += 3;
        }
        let continues_another = start >= 2 && is_colons(tokens, start - 2);
        if segments.len() > 1
            && !continues_another
            && let Some(path) = self.absolute(&segments)
        {
            file.used.push(path);
        }
        at
    }

    fn import(&self, tokens: &[TokenTree], prefix: &[String], public: bool, file: &mut SourceFile) {
        let mut segments = prefix.to_vec();
        let mut alias = None;
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for branch in inner.split(is_comma) {
                        if !branch.is_empty() {
                            self.import(branch, &segments, public, file);
                        }
                    }
                    return;
                }
                TokenTree::Ident(ident) if ident == "as" => {
                    alias = tokens.get(at + 1).map(text);
                    break;
                }
                TokenTree::Ident(ident) => segments.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => segments.push("*".to_owned()),
                _ => {}
            }
            at += 1;
        }
        if segments.last().is_some_and(|last| last == "self") && segments.len() > 1 {
            segments.pop();
        }
        let Some(path) = self.absolute(&segments) else {
            return;
        };
        if public {
            let name = alias
                .or_else(|| segments.last().cloned())
                .unwrap_or_default();
            file.passed_on.push((name, path));
        } else {
            file.used.push(path);
        }
    }

    /// A path from the root of the crate; `None` for paths into other crates.
    fn absolute(&self, segments: &[String]) -> Option<Vec<String>> {
        match segments[0].as_str() {
            "crate" => Some(segments[1..].to_vec()),
            "self" => Some([&self.module[..], &segments[1..]].concat()),
            "super" => {
                let up = segments.iter().take_while(|word| *word == "super").count();
                let base = &self.module[..self.module.len().checked_sub(up)?];
                Some([base, &segments[up..]].concat())
            }
            child => {
                let module = [&self.module[..], &[child.to_owned()]].concat();
                self.known
                    .contains(&module)
                    .then(|| [&self.module[..], segments].concat())
            }
        }
    }
}

fn list(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            paths.push(path);
        }
    }
}

fn module_of(source: &Path, path: &Path) -> Module {
    let relative = path.strip_prefix(source).unwrap().with_extension("");
    let mut module: Module = relative
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if matches!(
        module.last().map(String::as_str),
        Some("lib" | "main" | "mod")
    ) {
        module.pop();
    }
    module
}

fn text(token: &TokenTree) -> String {
    token.to_string()
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(at) && colon(at + 1)
}

fn is_test_attribute(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group)
        if group.delimiter() == Delimiter::Bracket
            && group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The place of the `;` that ends a statement.
fn end_of_statement(tokens: &[TokenTree], from: usize) -> usize {
    let is_end =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let length = tokens[from..].iter().position(is_end);
    length.map_or(tokens.len(), |length| from + length)
}

/// The place behind an item, which ends with `;` or with a block.
fn after_item(tokens: &[TokenTree], from: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let length = tokens[from..].iter().position(is_end);
    length.map_or(tokens.len(), |length| from + length + 1)
}
