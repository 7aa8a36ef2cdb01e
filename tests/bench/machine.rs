//! What the machine is, for whoever reads the figures elsewhere.

use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map_or_else(
        |_| "none".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned(),
    )
}

/// Processor, memory, system, file system under the ledgers, and the versions of what is measured against.
pub(crate) fn described() -> serde_json::Value {
    let field = |text: &str, key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.trim_start_matches([' ', '\t', ':']).to_owned()
    };
    let cpu = read("/proc/cpuinfo");
    let under = said("df", &["--output=fstype", env!("CARGO_TARGET_TMPDIR")]);
    let disk =
        said("sh", &["-c", &format!("df --output=fstype '{}' | tail -1", env!("CARGO_TARGET_TMPDIR"))]);
    serde_json::json!({
        "processor": field(&cpu, "model name"),
        "processors": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "sha_instructions": field(&cpu, "flags").split(' ').any(|flag| flag == "sha_ni"),
        "memory": field(&read("/proc/meminfo"), "MemTotal"),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "file_system": if disk.is_empty() { under } else { disk },
        "sqlite": rusqlite::version(),
        "sqlite3_shell": said("sqlite3", &["--version"]).split(' ').next(),
        "sha256sum": said("sha256sum", &["--version"]),
        "openssl": said("openssl", &["version"]),
    })
}
