//! The arrows between the layers point down only; the compiler cannot see that within one crate.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(dir: &Path, all: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            all.push((path, text));
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(all.len() > 50);
    all
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// What each layer must never name.
const WALLS: [(&str, &[&str]); 10] = [
    (
        "domain",
        &[
            "crate::ledger",
            "crate::store",
            "crate::report",
            "crate::exchange",
            "crate::app",
            "crate::cli",
            "crate::i18n",
            "rusqlite",
            "serde_json",
            "std::fs",
            "std::env",
            "std::time",
            "std::io",
            "Utc::now",
        ],
    ),
    (
        "ledger",
        &[
            "crate::store",
            "crate::report",
            "crate::exchange",
            "crate::app",
            "crate::cli",
            "crate::i18n",
            "rusqlite",
            "std::fs",
            "std::env",
            "std::time",
            "std::io",
            "Utc::now",
        ],
    ),
    ("store", &["crate::report", "crate::exchange", "crate::app", "crate::cli", "crate::i18n", "Utc::now"]),
    (
        "exchange",
        &["crate::store", "crate::report", "crate::app", "crate::cli", "crate::i18n", "rusqlite", "std::fs"],
    ),
    (
        "report",
        &["crate::store", "crate::app", "crate::cli", "crate::i18n", "rusqlite", "std::fs", "Utc::now"],
    ),
    ("app", &["crate::cli", "crate::i18n", "rusqlite", "Utc::now"]),
    ("i18n", &["crate::store", "crate::cli", "crate::report", "rusqlite", "std::fs", "Utc::now"]),
    ("cli", &["crate::store", "crate::tui", "rusqlite", "Utc::now"]),
    ("tui", &["crate::store", "crate::cli", "crate::report", "rusqlite", "std::fs", "std::env", "Utc::now"]),
    ("main", &["crate::store", "kuraban::store", "rusqlite"]),
];

#[test]
fn arrows_point_down_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (path, text) in all_sources() {
        let inner = path.strip_prefix(&root).unwrap();
        let layer = inner.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if layer == "lib" {
            continue;
        }
        let (_, walls) =
            WALLS.iter().find(|(name, _)| *name == layer).unwrap_or_else(|| panic!("no rule for {layer}"));
        let body = code(&text);
        for wall in *walls {
            assert!(!body.contains(wall), "{} names {wall}", inner.display());
        }
    }
}

#[test]
fn sql_stands_in_the_store_alone() {
    for (path, text) in all_sources() {
        if !path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("store")) {
            let body = code(&text);
            for words in ["SELECT ", "INSERT INTO", "UPDATE event", "DELETE FROM", "PRAGMA"] {
                assert!(!body.contains(words), "{} holds SQL: {words}", path.display());
            }
        }
    }
}

#[test]
fn rooms_are_small_and_open_with_why_they_exist() {
    for (path, text) in all_sources() {
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        assert!(path.ends_with("tests.rs") || text.starts_with("//!"), "{} does not say why", path.display());
        assert!(!path.ends_with("mod.rs"), "{}", path.display());
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let main = fs::read_to_string(dir.join("main.rs")).unwrap();
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ext| ext == "rs") && stem != "main" {
            assert!(main.contains(&format!("mod {stem};")), "{stem} is not in tests/main.rs");
        }
    }
}
