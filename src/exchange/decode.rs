//! From bytes to text: UTF-8 and UTF-16 as programs write them, CP932 as Excel does in Japan.

use std::borrow::Cow;

use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::BadReason;

/// The text of a file, and the name of its encoding.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), BadReason> {
    if bytes.is_empty() {
        return Err(BadReason::Empty);
    }
    for (encoding, name) in [(UTF_16LE, "UTF-16LE"), (UTF_16BE, "UTF-16BE")] {
        let mark: &[u8] = if encoding == UTF_16LE { b"\xff\xfe" } else { b"\xfe\xff" };
        if let Some(rest) = bytes.strip_prefix(mark) {
            let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
            return text.map(|text| (text, name)).ok_or(BadReason::Undecodable);
        }
    }
    if bytes.contains(&0) || bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"\x89PNG") {
        return Err(BadReason::Binary);
    }
    let rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let plain = UTF_8.decode_without_bom_handling_and_without_replacement(rest).map(|text| (text, "UTF-8"));
    let japanese =
        || SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).map(|text| (text, "CP932"));
    let (text, name) = plain.or_else(japanese).ok_or(BadReason::Undecodable)?;
    if text.trim().is_empty() { Err(BadReason::Empty) } else { Ok((text, name)) }
}
