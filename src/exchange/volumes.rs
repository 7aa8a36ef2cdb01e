//! Listings of volumes by Bacula and Bareos: drawn tables, one field a line, JSON.

use serde_json::Value;

use smol_str::SmolStr;

use super::{BadLine, BadReason, Column, Format, MediaList, MediaRow};

/// Volumes read so far; those on disk are only counted.
#[derive(Default)]
struct Volumes {
    rows: Vec<MediaRow>,
    bad: Vec<BadLine>,
    skipped: u64,
}

impl Volumes {
    fn add(&mut self, line: u64, name: &str, media_type: Option<&str>) {
        if media_type.is_some_and(is_disk) {
            self.skipped += 1;
            return;
        }
        let barcode = Some(SmolStr::new(name.trim())).filter(|name| !name.is_empty());
        self.rows.push(MediaRow { line, cells: Box::new([barcode]) });
    }

    fn end(mut self, format: Format, encoding: &'static str) -> Result<MediaList, Vec<BadLine>> {
        if self.rows.is_empty() && self.bad.is_empty() {
            let reason = BadReason::OnlyDisk { skipped: self.skipped };
            self.bad.push(BadLine { line: 1, column: None, reason });
        }
        if self.rows.is_empty() {
            return Err(self.bad);
        }
        let mut headings: [Option<String>; 11] = Default::default();
        if let Some(slot) = headings.get_mut(Column::Barcode as usize) {
            *slot = Some("volumename".to_owned());
        }
        let Self { rows, bad, skipped } = self;
        Ok(MediaList { rows, format, encoding, headings, ignored: Vec::new(), skipped, bad })
    }
}

/// Whether a media type names files on disk or in a cloud, which nobody can carry away.
fn is_disk(media_type: &str) -> bool {
    let name = media_type.trim().to_lowercase();
    ["file", "disk", "cloud", "s3", "dedup", "droplet", "object"].iter().any(|word| name.contains(word))
}

/// Reads the text as a listing of volumes; nothing if it is none.
pub(super) fn read(text: &str, encoding: &'static str) -> Option<Result<MediaList, Vec<BadLine>>> {
    if text.trim_start().starts_with('{') {
        return Some(json(text, encoding));
    }
    if text.lines().any(|line| cells(line).is_some_and(|cells| position(&cells, "volumename").is_some())) {
        return Some(table(text, encoding));
    }
    let field = |line| field(line).is_some_and(|(key, _)| key == "volumename");
    text.lines().any(field).then(|| records(text, encoding))
}

/// The cells of a drawn table's row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

fn position(header: &[&str], name: &str) -> Option<usize> {
    header.iter().position(|cell| cell.eq_ignore_ascii_case(name))
}

fn table(text: &str, encoding: &'static str) -> Result<MediaList, Vec<BadLine>> {
    let mut volumes = Volumes::default();
    let mut header: Option<(usize, usize, Option<usize>)> = None;
    for (line, number) in text.lines().zip(1..) {
        let Some(cells) = cells(line) else { continue };
        // The header comes again with each pool, and may then have other columns.
        if let Some(name) = position(&cells, "volumename") {
            header = Some((cells.len(), name, position(&cells, "mediatype")));
            continue;
        }
        let Some((width, name, media_type)) = header else { continue };
        match cells.get(name) {
            Some(name) if cells.len() == width => {
                volumes.add(number, name, media_type.and_then(|at| cells.get(at)).copied());
            }
            _ => volumes.bad.push(BadLine { line: number, column: None, reason: BadReason::NotAVolume }),
        }
    }
    volumes.end(Format::Table, encoding)
}

/// A line such as `  volumename: K10003L9`.
fn field(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim();
    let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then(|| (key.to_lowercase(), value.trim()))
}

fn records(text: &str, encoding: &'static str) -> Result<MediaList, Vec<BadLine>> {
    let mut volumes = Volumes::default();
    let mut open: Option<(u64, &str, Option<&str>)> = None;
    for (line, number) in text.lines().zip(1..) {
        let Some((key, value)) = field(line) else { continue };
        match key.as_str() {
            "volumename" => {
                if let Some((line, name, media_type)) = open.replace((number, value, None)) {
                    volumes.add(line, name, media_type);
                }
            }
            "mediatype" => {
                if let Some((_, _, media_type)) = &mut open {
                    media_type.get_or_insert(value);
                }
            }
            _ => {}
        }
    }
    if let Some((line, name, media_type)) = open {
        volumes.add(line, name, media_type);
    }
    volumes.end(Format::Records, encoding)
}

fn json(text: &str, encoding: &'static str) -> Result<MediaList, Vec<BadLine>> {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            let line = u64::try_from(error.line()).unwrap_or(1);
            return Err(vec![BadLine { line, column: None, reason: BadReason::NotAVolume }]);
        }
    };
    let mut volumes = Volumes::default();
    gather(&document, &mut volumes);
    volumes.end(Format::Json, encoding)
}

/// Volumes stand under `volumes` by pool, or under `volume`, at a depth that differs by version.
fn gather(value: &Value, volumes: &mut Volumes) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| gather(value, volumes)),
        Value::Object(fields) => {
            let text = |key: &str| fields.get(key).and_then(Value::as_str);
            match text("volumename") {
                Some(name) => {
                    // A document has no lines worth naming: its volumes are counted instead.
                    let number = u64::try_from(volumes.rows.len()).unwrap_or(u64::MAX) + volumes.skipped + 1;
                    volumes.add(number, name, text("mediatype"));
                }
                None => fields.values().for_each(|value| gather(value, volumes)),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
