//! The tour of the README, run as it stands there: its output is what the program prints.

use crate::support::Bench;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// The words of a shell line; double quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word of a line; a file that the tour makes lies in the test's own directory.
fn placed(bench: &Bench, word: String) -> String {
    let file = [".note", ".bundle", ".backup"].iter().any(|end| word.ends_with(end));
    if file { bench.path().join(word).display().to_string() } else { word }
}

/// Runs one line of a console block and gives what it prints, both streams as a terminal would show them.
fn run(bench: &Bench, line: &str) -> String {
    let words: Vec<String> = words(line).into_iter().map(|word| placed(bench, word)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["export", ref values @ ..] => {
            for (name, value) in values.iter().filter_map(|value| value.split_once('=')) {
                // The ledger stands in the test's own directory.
                if name != "KURABAN_LEDGER" {
                    bench.vars.borrow_mut().insert(name.to_owned(), value.to_owned());
                }
            }
            String::new()
        }
        ["#", count, unit, "later"] => {
            let count = ["zero", "one", "two", "three", "four", "five"]
                .iter()
                .position(|word| *word == count)
                .unwrap();
            let unit = if unit.starts_with("minute") { 60_000 } else { 3_600_000 };
            bench.pass(i64::try_from(count).unwrap() * unit);
            String::new()
        }
        ["kuraban", ref args @ .., ">", file] => {
            let run = bench.run(args);
            std::fs::write(file, run.out).unwrap();
            run.err
        }
        ["kuraban", ref args @ ..] => {
            let run = bench.run(args);
            run.out + &run.err
        }
        _ => panic!("the README runs {line}"),
    }
}

/// `KURABAN_WRITE_README=1` writes what the program prints into the README.
#[test]
fn the_readme_prints_what_the_program_prints() {
    let bench = Bench::empty();
    bench.vars.borrow_mut().insert("KURABAN_BADGE".to_owned(), "B-1001".to_owned());
    let path = bench.ledger().display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_LEDGER".to_owned(), path.clone());
    let readme = std::fs::read_to_string(README).unwrap();
    let (mut told, mut inside, mut commands) = (String::new(), false, 0);
    for line in readme.lines() {
        let command = line.strip_prefix("$ ").filter(|_| inside);
        if line.starts_with("```") {
            inside = line == "```console";
        }
        if inside && command.is_none() && !line.starts_with("```") {
            continue;
        }
        told.push_str(line);
        told.push('\n');
        if let Some(command) = command {
            commands += 1;
            let printed = run(&bench, command).replace(&path, "tour.kuraban");
            let printed = printed.replace(&format!("{}/", bench.path().display()), "");
            for line in printed.lines() {
                told.push_str(line.trim_end());
                told.push('\n');
            }
        }
    }
    assert!(commands > 15);
    if std::env::var_os("KURABAN_WRITE_README").is_some() {
        std::fs::write(README, &told).unwrap();
        return;
    }
    assert_eq!(told, readme);
    bench.holds();
}
