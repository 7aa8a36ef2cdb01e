//! What a log tells of orders, approvals and media, read from its entries alone and without asking the program: the
//! second opinion against which random histories are held.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// An order as the log tells of it.
#[derive(Default)]
struct Told {
    requester: String,
    approver: Option<String>,
    from: String,
    until: String,
    media: BTreeSet<u64>,
    nightly: Option<u64>,
    over: bool,
}

/// What the log has told so far.
#[derive(Default)]
pub(crate) struct Tale {
    roles: BTreeMap<String, Vec<String>>,
    orders: BTreeMap<u64, Told>,
    overrides: BTreeMap<u64, String>,
    /// Whether each medium is at rest, outside or missing, and what it was before the last step.
    media: BTreeMap<u64, (&'static str, &'static str)>,
    nights: BTreeMap<(u64, i64), u64>,
}

fn minutes(from: &str, to: &str) -> i64 {
    let read = |text| kuraban::domain::time::Timestamp::parse_exact(text).unwrap().millis();
    (read(to) - read(from)) / 60_000
}

impl Tale {
    fn is(&self, badge: &str, role: &str) -> bool {
        self.roles.get(badge).is_some_and(|roles| roles.iter().any(|one| one == role))
    }

    /// Takes an entry in, or says what it breaks.
    pub(crate) fn take(&mut self, entry: &Value) -> Result<(), String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let ids = |value: &Value| value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect();
        let (seq, data) = (entry["seq"].as_u64().unwrap(), &entry["data"]);
        let (kind, by, at) = (text(&entry["kind"]), text(&entry["by"]), text(&entry["at"]));
        let order = data["order"].as_u64();
        let fails = |why: &str| Err(format!("{why}: {entry}"));
        match kind.as_str() {
            "person_enrolled" | "person_roles" => {
                let roles = data["roles"].as_array().unwrap().iter().map(text).collect();
                self.roles.insert(text(&data["badge"]), roles);
            }
            "order_requested" => {
                let (from, until) = (text(&data["from"]), text(&data["until"]));
                let nightly = data["nightly"].as_u64();
                let told = Told {
                    requester: by,
                    from,
                    until,
                    media: ids(&data["media"]),
                    nightly,
                    ..Told::default()
                };
                self.orders.insert(seq, told);
            }
            "order_night" => {
                let parent = &self.orders[&order.unwrap()];
                let approver = parent.approver.clone();
                if approver.is_none() || parent.over || at < parent.from || at >= parent.until {
                    return fails("a night under a standing order that is not in force");
                }
                if approver.as_ref() == Some(&by) {
                    return fails("a night opened by who approved it");
                }
                let (until, media): (String, BTreeSet<u64>) = (text(&data["until"]), ids(&data["media"]));
                let used =
                    self.nights.entry((order.unwrap(), minutes(&parent.from, &at) / 1440)).or_default();
                *used += media.len() as u64;
                if *used > parent.nightly.unwrap() || until > parent.until {
                    return fails("a night over its standing order");
                }
                let told = Told { requester: by, approver, from: at, until, media, ..Told::default() };
                self.orders.insert(seq, told);
            }
            "order_approved" | "order_extended" => {
                let approver = self.is(&by, "approver");
                let told = self.orders.get_mut(&order.unwrap()).unwrap();
                if told.requester == by || !approver || told.over {
                    return fails(
                        "an approval by the requester, by no approver, or of an order that is over",
                    );
                }
                if kind == "order_approved" {
                    told.approver = Some(by);
                } else {
                    told.until = text(&data["until"]);
                }
            }
            "order_rejected" => self.orders.get_mut(&order.unwrap()).unwrap().over = true,
            "order_closed" => {
                let named: BTreeSet<u64> = ids(&data["missing"]);
                let told = self.orders.get_mut(&order.unwrap()).unwrap();
                for medium in told.media.iter().filter(|_| told.approver.is_some()) {
                    let wanted = if named.contains(medium) { "missing" } else { "rest" };
                    if self.media[medium].0 != wanted {
                        return fails("closed although a medium is neither back nor named");
                    }
                }
                if told.over {
                    return fails("closed twice");
                }
                told.over = true;
            }
            "ratify" => {
                if self.overrides.remove(&data["event"].as_u64().unwrap()).is_none_or(|actor| actor == by) {
                    return fails("ratified by who did it, or nothing to ratify");
                }
                if !self.is(&by, "approver") {
                    return fails("ratified by no approver");
                }
            }
            _ => {}
        }
        self.moved(entry, &kind)
    }

    /// Follows the medium of an entry; a way out must have its leave.
    fn moved(&mut self, entry: &Value, kind: &str) -> Result<(), String> {
        let Some(medium) = entry["medium"].as_u64() else { return Ok(()) };
        let data = &entry["data"];
        let (now, before) = self.media.get(&medium).copied().unwrap_or(("rest", "rest"));
        if kind == "check_out" {
            match data["order"].as_u64() {
                None if data["why"].is_null() => return Err(format!("out without leave: {entry}")),
                None => {
                    let by = entry["by"].as_str().unwrap().to_owned();
                    self.overrides.insert(entry["seq"].as_u64().unwrap(), by);
                }
                Some(order) => {
                    let (told, at) = (&self.orders[&order], entry["at"].as_str().unwrap());
                    let within = told.from.as_str() <= at && at < told.until.as_str();
                    let due = data["due"].as_str().unwrap() <= told.until.as_str();
                    if told.approver.is_none()
                        || told.over
                        || !within
                        || !due
                        || !told.media.contains(&medium)
                    {
                        return Err(format!("out beyond its order: {entry}"));
                    }
                }
            }
        }
        let next = match kind {
            "check_in" => "rest",
            "load" if data["device"] == "LIB" => "rest",
            "check_out" | "load" | "eject" | "found" => "out",
            "declare_missing" => "missing",
            "void" => before,
            _ => now,
        };
        self.media.insert(medium, (next, now));
        if matches!(kind, "refused" | "ratify") {
            self.media.insert(medium, (now, before));
        }
        Ok(())
    }
}
