//! Documents that cannot drift: the Python verifier of the ledger format is run, the command-line reference is
//! what the program generates.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{Bench, has};

fn document(name: &str) -> String {
    std::fs::read_to_string(format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The verifier as it stands in the document.
fn verifier() -> String {
    let document = document("ledger-format.md");
    let (_, rest) = document.split_once("```python\n").unwrap();
    let (program, _) = rest.split_once("```").unwrap();
    assert!(program.lines().filter(|line| !line.trim().is_empty()).count() <= 42);
    program.to_owned()
}

fn check(lines: &str) -> (bool, String) {
    let mut child = Command::new("python3")
        .args(["-c", &verifier()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may stop at a broken line before it has read everything.
    let _ = stdin.write_all(lines.as_bytes());
    drop(stdin);
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
    (out.status.success(), said)
}

#[test]
fn the_python_verifier_accepts_the_demonstration_and_rejects_it_after_one_changed_character() {
    if !has("python3") {
        return;
    }
    let bench = Bench::empty();
    let file = bench.path().join("demo.kuraban").display().to_string();
    bench.ok(&["demo", "--ledger", &file]);
    let raw = bench.ok(&["--ledger", &file, "log", "--raw"]).out;
    let verdict = bench.ok(&["--ledger", &file, "verify", "--json"]).json();
    let (accepted, said) = check(&raw);
    assert!(accepted, "{said}");
    let head = verdict["head"].as_str().unwrap();
    assert!(said.contains(head) && said.contains(&format!("{} entries", verdict["size"])), "{said}");
    for (from, to) in [
        ("B-2001", "B-2002"),
        ("2012-12-28T01:02", "2012-12-28T01:03"),
        ("K00017L5", "K00016L5"),
        ("\"v\":1,", "\"v\":1, "),
        ("\n", "\n\n"),
    ] {
        let (accepted, said) = check(&raw.replacen(from, to, 1));
        assert!(!accepted && said.contains("BROKEN at line"), "{from} → {to}: {said}");
    }
    let (accepted, said) = check(&raw.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>());
    assert!(!accepted, "{said}");
}

#[test]
fn the_python_verifier_accepts_every_kind_of_entry() {
    if !has("python3") {
        return;
    }
    let (accepted, said) = check(include_str!("../fixtures/ledger/every-kind.jsonl"));
    assert!(accepted, "{said}");
}

#[test]
fn the_python_verifier_gives_the_root_that_a_checkpoint_names() {
    if !has("python3") {
        return;
    }
    let bench = Bench::furnished();
    // Sizes with one, many and few bits set.
    for _ in 0..11 {
        let note = bench.ok(&["checkpoint"]).out;
        let root = note.lines().nth(2).unwrap();
        let (accepted, said) = check(&bench.ok(&["log", "--raw"]).out);
        assert!(accepted && said.contains(&format!("root {root}")), "{note}{said}");
    }
}

/// `KURABAN_WRITE_REFERENCE=1` writes the reference.
#[test]
fn the_command_line_reference_is_generated() {
    let bench = Bench::empty();
    let generated = bench.ok(&["generate", "reference"]).out;
    if std::env::var_os("KURABAN_WRITE_REFERENCE").is_some() {
        std::fs::write(format!("{}/docs/cli-reference.md", env!("CARGO_MANIFEST_DIR")), generated).unwrap();
        return;
    }
    assert_eq!(generated, document("cli-reference.md"));
}

/// A screen that stands in a document is the snapshot that its marker names. `KURABAN_WRITE_SCREENS=1` puts
/// the snapshots into the documents.
#[test]
fn the_screens_in_the_documents_are_the_snapshots() {
    let root = env!("CARGO_MANIFEST_DIR");
    let docs = std::fs::read_dir(format!("{root}/docs")).unwrap().map(|entry| entry.unwrap().path());
    let files = docs.chain([format!("{root}/README.md").into()]);
    let mut screens = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut parts = text.split("<!-- screen: ");
        let mut made = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once(" -->\n").unwrap();
            let (_, after) = rest.split_once("```text\n").unwrap().1.split_once("```").unwrap();
            let snapshot = format!("{root}/tests/snapshots/kuraban__tui_snapshots__{name}.snap");
            let screen = std::fs::read_to_string(snapshot).unwrap();
            let screen = screen.splitn(3, "---\n").nth(2).unwrap().trim_end();
            for piece in ["<!-- screen: ", name, " -->\n```text\n", screen, "\n```", after] {
                made.push_str(piece);
            }
            screens += 1;
        }
        if std::env::var_os("KURABAN_WRITE_SCREENS").is_some() {
            std::fs::write(&file, made).unwrap();
        } else {
            assert_eq!(text, made, "{}", file.display());
        }
    }
    assert!(screens > 8, "{screens}");
}

#[test]
fn completions_and_the_man_page_come_from_the_same_definition() {
    let bench = Bench::empty();
    for (what, part) in [
        ("bash", "check-out"),
        ("zsh", "#compdef kuraban"),
        ("fish", "complete -c kuraban"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
        ("man", ".TH kuraban"),
    ] {
        let out = bench.ok(&["generate", what]).out;
        assert!(out.contains(part), "{what}: {out}");
    }
    assert!(!bench.ok(&["--help"]).out.contains("generate"));
}

#[test]
fn every_flag_policy_and_kind_is_told_in_the_documents() {
    let (model, format) = (document("custody-model.md"), document("ledger-format.md"));
    for flag in kuraban::domain::flag::FlagKind::ALL {
        assert!(model.contains(&format!("| `{flag}` |")), "{flag}");
    }
    let policy = kuraban::domain::policy::Policy::default();
    for name in kuraban::domain::policy::Policy::NAMES {
        let row = format!("| `{name}` | {} |", policy.get(name).unwrap());
        assert!(model.contains(&row), "{row}");
    }
    for kind in kuraban::domain::event::Kind::ALL {
        assert!(format.contains(&format!("| `{kind}` |")), "{kind}");
    }
}

/// The classes stand in a table, and the states by name, in all that tells of stocktakes.
#[test]
fn every_class_and_state_of_a_stocktake_is_told_in_the_documents() {
    for name in ["custody-model.md", "stocktake.md", "stocktake.ja.md"] {
        let document = document(name);
        for class in kuraban::domain::audit::Class::ALL {
            assert!(document.contains(&format!("| `{class}` |")), "{name}: {class}");
        }
        for state in kuraban::domain::audit::AuditState::ALL {
            assert!(document.contains(&format!("`{state}`")), "{name}: {state}");
        }
    }
    // The sums at the closing, in their order.
    let vector = include_str!("../fixtures/ledger/every-kind.jsonl");
    let closing = vector.lines().find(|line| line.contains("\"kind\":\"audit_certified\"")).unwrap();
    let tally = closing.split_once("\"tally\":{").unwrap().1.split_once('}').unwrap().0;
    let keys: Vec<&str> = tally.split(',').map(|pair| pair.split('"').nth(1).unwrap()).collect();
    let format = document("ledger-format.md");
    let format: Vec<&str> = format.split_whitespace().collect();
    assert!(format.join(" ").contains(&format!("`{}`", keys.join(" "))), "{}", keys.join(" "));
}
