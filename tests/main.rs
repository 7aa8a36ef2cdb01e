//! All tests of kuraban from outside, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::format_collect,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "a test says what it cannot go on without by panicking, and tables are long"
)]

mod acknowledged;
mod anchors;
mod architecture;
mod attacks;
mod audit_acts;
mod audit_changer;
mod audit_fates;
mod audit_files;
mod audit_hindsight;
mod audit_random;
mod audit_slips;
mod audit_tale;
mod audits;
mod audits_at_once;
mod audits_certificate;
mod audits_files;
mod audits_forged;
mod audits_judge;
mod audits_judged;
mod backups;
mod bad_input;
mod bundles;
mod bundles_forged;
mod cli_batch;
mod cli_languages;
mod cli_tour;
#[cfg(unix)]
mod crash;
mod damage;
mod demonstration;
mod dice;
#[cfg(target_os = "linux")]
mod disk;
mod documents;
mod duties;
#[cfg(target_os = "linux")]
mod failing;
#[cfg(target_os = "linux")]
mod faked;
#[cfg(target_os = "linux")]
mod faults;
mod forgery;
#[cfg(target_os = "linux")]
mod full_disk;
mod fuzz;
mod golden;
mod import;
mod jumps;
mod keys;
mod load;
#[cfg(unix)]
mod load_readers;
mod load_work;
mod marks;
#[cfg(target_os = "linux")]
mod mounted;
mod orders;
mod orders_end;
mod orders_forged;
mod orders_gate;
mod orders_override;
mod orders_people;
mod orders_random;
mod orders_reports;
mod orders_standing;
mod orders_tale;
mod pins;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod power_files;
mod processes;
#[cfg(unix)]
mod read_only;
#[cfg(target_os = "linux")]
mod recorded;
#[cfg(target_os = "linux")]
mod remounted;
mod renewal;
mod salvage;
mod salvage_logs;
mod salvage_told;
mod search;
mod sequences;
mod sessions;
mod soak;
mod soak_acts;
mod soak_audit_pages;
mod soak_calls;
mod soak_chance;
mod soak_chance_clock;
mod soak_chance_desk;
mod soak_chance_site;
mod soak_changes;
mod soak_counts;
mod soak_deeds;
mod soak_flags;
mod soak_hindsight;
mod soak_judge;
mod soak_ledger;
mod soak_log;
mod soak_media;
mod soak_model;
mod soak_orders;
mod soak_pages;
mod soak_people;
mod soak_refused;
mod soak_rules;
mod soak_run;
mod soak_shown;
mod soak_site;
mod soak_steps;
mod soak_stocktakes;
mod soak_world;
mod support;
mod tamper;
mod terminal;
mod tiles;
mod timestamps;
#[cfg(unix)]
mod told;
#[cfg(target_os = "linux")]
mod traced;
mod transitions;
mod trusted;
mod tui_audit;
mod tui_bursts;
mod tui_lists;
mod tui_narrow;
mod tui_orders;
mod tui_scan;
mod tui_screen;
mod tui_snapshots;
mod tui_terminal;
mod tui_verdicts;
#[cfg(target_os = "linux")]
mod vanished;
mod witness;
