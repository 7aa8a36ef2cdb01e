//! One entry of the log: an event with its place in both chains, and its one spelling.

use sha2::{Digest as _, Sha256};

use super::fields::{put_data, take_data};
use super::wire::{Fault, FormError, Reader, Wire, put_text};
use crate::domain::event::{Event, Kind};
use crate::domain::names::{Digest, Kept, MediumId};

/// The version of the entry format that this program writes.
pub const VERSION: u64 = 1;

/// An entry's place in its medium's own chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The number within the medium's chain, from 1.
    pub mseq: u64,
    /// The hash of the medium's entry before; zeros for the first.
    pub mprev: Digest,
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the log, from 1.
    pub seq: u64,
    /// The hash of entry `seq − 1`; zeros for the first.
    pub prev: Digest,
    /// Its place in its medium's chain; none where the event is about no one medium.
    pub link: Option<Link>,
    /// What happened.
    pub event: Event,
}

impl Entry {
    /// The bytes that are stored, hashed and exported: one line of JSON without its line end.
    #[must_use]
    pub fn encode(&self) -> String {
        let event = &self.event;
        let mut out = String::with_capacity(512);
        out.push_str("{\"v\":1,\"seq\":");
        self.seq.put(&mut out);
        let mut member = |key: &str, value: &dyn Fn(&mut String)| {
            out.push_str(key);
            value(&mut out);
        };
        member(",\"prev\":", &|o| self.prev.put(o));
        member(",\"kind\":", &|o| put_text(o, event.data.kind().word()));
        member(",\"medium\":", &|o| event.medium.put(o));
        member(",\"mseq\":", &|o| self.link.map(|link| link.mseq).put(o));
        member(",\"mprev\":", &|o| self.link.map(|link| link.mprev).put(o));
        member(",\"at\":", &|o| event.at.put(o));
        member(",\"occurred\":", &|o| event.occurred.put(o));
        member(",\"by\":", &|o| event.by.put(o));
        member(",\"with\":", &|o| event.with.put(o));
        member(",\"station\":", &|o| event.station.put(o));
        member(",\"how\":", &|o| event.how.put(o));
        member(",\"data\":", &|o| put_data(&event.data, o));
        out.push('}');
        out
    }

    /// Reads an entry, accepting nothing but its one spelling.
    ///
    /// # Errors
    /// Where and why the bytes are not an entry, or that they are of a later version.
    pub fn decode(text: &str) -> Result<Self, FormError> {
        let r = &mut Reader::new(text);
        let version: u64 = r.member("{\"v\":", "v")?;
        if version != VERSION {
            return r.fail(if version > VERSION { Fault::NewerVersion(version) } else { Fault::Value("v") });
        }
        let seq = r.member(",\"seq\":", "seq")?;
        let prev = r.member(",\"prev\":", "prev")?;
        let kind: Kind = r.member(",\"kind\":", "kind")?;
        let medium: Option<MediumId> = r.member(",\"medium\":", "medium")?;
        let mseq: Option<u64> = r.member(",\"mseq\":", "mseq")?;
        let mprev: Option<Digest> = r.member(",\"mprev\":", "mprev")?;
        let link = match (medium, mseq, mprev) {
            (Some(_), Some(mseq), Some(mprev)) => Some(Link { mseq, mprev }),
            (None, None, None) => None,
            _ => return r.bad_value(),
        };
        let at = r.member(",\"at\":", "at")?;
        let occurred = r.member(",\"occurred\":", "occurred")?;
        let by = r.member(",\"by\":", "by")?;
        let with = r.member(",\"with\":", "with")?;
        let station = r.member(",\"station\":", "station")?;
        let how = r.member(",\"how\":", "how")?;
        r.expect(",\"data\":")?;
        let data = take_data(kind, r)?;
        r.expect("}")?;
        r.end()?;
        Ok(Self { seq, prev, link, event: Event { medium, at, occurred, by, with, station, how, data } })
    }
}

/// The hash of an entry: SHA-256 of a zero byte and its bytes, which is also its leaf hash by RFC 6962.
#[must_use]
pub fn entry_hash(body: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(body);
    Digest(hasher.finalize().into())
}

/// The identity of a text in `kept`: SHA-256 of its salt and its UTF-8 bytes.
#[must_use]
pub fn kept_id(salt: &[u8], value: &str) -> Kept {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(value.as_bytes());
    Kept(Digest(hasher.finalize().into()))
}
