//! Time stamps: `openssl ts` is the authority, and `openssl cms` signs what no honest authority would.

use std::process::{Command, Output};

use kuraban::domain::names::Digest;
use kuraban::ledger::timestamp::{Stamp, StampError, check, imprint, query};
use proptest::prelude::*;
use sha2::Digest as _;

const MESSAGE: &[u8] = b"kuraban-test/1\n42\nAAAA\n";

/// What a certificate for time stamps must hold, and one of an authority.
const STAMPS: &str = "extendedKeyUsage=critical,timeStamping";
const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign";

/// The object identifier of `id-ct-TSTInfo`, in DER.
const TST_INFO: &[u8] = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04";

/// Keys as `openssl genpkey` makes them.
pub(crate) const P256: &str = "EC:P-256";
const P384: &str = "EC:P-384";
const RSA: &str = "RSA:2048";

/// As `support::has`, for a tool that tells its version in another way.
pub(crate) fn has_openssl() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok_and(|out| out.status.success());
    if !found {
        assert!(std::env::var_os("CI").is_none(), "openssl is missing in CI");
        eprintln!("skipped: openssl is not installed");
    }
    found
}

/// An office with keys, certificates and a time stamp authority.
pub(crate) struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    pub(crate) fn pem(&self, name: &str) -> String {
        String::from_utf8(self.get(&format!("{name}.pem"))).unwrap()
    }

    fn try_openssl(&self, line: &str) -> Output {
        let args = line.split_whitespace();
        // Whatever stands in the machine's own configuration is no matter.
        Command::new("openssl")
            .args(args)
            .current_dir(&self.0)
            .env("OPENSSL_CONF", "/dev/null")
            .output()
            .unwrap()
    }

    #[track_caller]
    fn openssl(&self, line: &str) -> String {
        let out = self.try_openssl(line);
        assert!(out.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    /// A key and a certificate for it, by an issuer or, where that is itself, by its own key.
    #[track_caller]
    fn issue(&self, name: &str, key: &str, issuer: &str, extensions: &str, days: u32) {
        let kind = match key.split_once(':').unwrap() {
            ("RSA", bits) => format!("RSA -pkeyopt rsa_keygen_bits:{bits}"),
            (kind, curve) => format!("{kind} -pkeyopt ec_paramgen_curve:{curve}"),
        };
        self.openssl(&format!("genpkey -algorithm {kind} -out {name}.key"));
        self.certify(name, issuer, extensions, days);
    }

    /// Another certificate for the same key.
    #[track_caller]
    fn certify(&self, name: &str, issuer: &str, extensions: &str, days: u32) {
        self.put("req.cnf", "[req]\ndistinguished_name=dn\n[dn]\n");
        self.put("ext.cnf", format!("[ext]\nsubjectKeyIdentifier=hash\n{extensions}\n"));
        self.openssl(&format!(
            "req -new -config req.cnf -key {name}.key -subj /O=Kura/CN={name} -out req.pem"
        ));
        let by = if issuer == name {
            format!("-signkey {name}.key")
        } else {
            format!("-CA {issuer}.pem -CAkey {issuer}.key -CAcreateserial")
        };
        let out = format!("-days {days} -extfile ext.cnf -extensions ext -out {name}.pem");
        self.openssl(&format!("x509 -req -sha256 -in req.pem {by} {out}"));
    }

    /// A root and a signer of time stamps under it.
    pub(crate) fn furnished(key: &str) -> Self {
        let office = Self::new();
        office.issue("root", key, "root", CA, 3650);
        office.issue("tsa", key, "root", STAMPS, 3650);
        office
    }

    /// What the authority answers to a query.
    #[track_caller]
    pub(crate) fn reply(&self, query: &[u8], config: &str, args: &str) -> Vec<u8> {
        self.put("query", query);
        self.put("serial", "0A0F");
        // Of a key that is given twice the last counts.
        let base = "serial=serial\ndefault_policy=1.2.3.4\ndigests=sha256,sha512\nsigner_digest=sha256";
        self.put("ts.cnf", format!("[tsa]\n{base}\n{config}\n"));
        self.openssl(&format!(
            "ts -reply -config ts.cnf -section tsa -queryfile query -signer tsa.pem -inkey tsa.key -out reply {args}"
        ));
        self.get("reply")
    }

    /// A granted response over any content, signed by any certificate, as `openssl cms` signs.
    #[track_caller]
    fn sign(&self, content: &[u8], name: &str, args: &str) -> Vec<u8> {
        self.put("content", content);
        let kind =
            if args.contains("-econtent_type") { "" } else { "-econtent_type 1.2.840.113549.1.9.16.1.4" };
        let signer = format!("-signer {name}.pem -inkey {name}.key -md sha256");
        self.openssl(&format!(
            "cms -sign -binary -nodetach -outform DER {kind} {signer} -in content -out token {args}"
        ));
        sequence(&[&sequence(&[b"\x02\x01\x00"]), &self.get("token")])
    }
}

#[track_caller]
fn holds(reply: &[u8], trusted: &str) -> Stamp {
    check(reply, MESSAGE, trusted).unwrap_or_else(|error| panic!("{error}"))
}

/// The DER of a value.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    let length = match length {
        [0, short @ ..0x80] => vec![short],
        [0, long] => vec![0x81, long],
        [high, low] => vec![0x82, high, low],
    };
    [&[tag], length.as_slice(), value].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// A `TSTInfo` of the message at a moment, with what may follow.
fn info(version: u8, at: &str, rest: &[u8]) -> Vec<u8> {
    let sha256 = sequence(&[b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"]);
    let imprint = sequence(&[&sha256, &der(4, &sha2::Sha256::digest(MESSAGE))]);
    sequence(&[
        &[2, 1, version],
        b"\x06\x03\x2a\x03\x04",
        &imprint,
        b"\x02\x02\x00\xff",
        &der(0x18, at.as_bytes()),
        rest,
    ])
}

/// The last moment of a certificate, as a `GeneralizedTime`.
fn end(office: &Office, name: &str) -> String {
    let text = office.openssl(&format!("x509 -in {name}.pem -noout -enddate -dateopt iso_8601"));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("{digits}Z")
}

/// What a query of the message stamps.
fn hashed() -> Digest {
    Digest(sha2::Sha256::digest(MESSAGE).into())
}

#[test]
fn a_query_is_what_openssl_asks() {
    if !has_openssl() {
        return;
    }
    let office = Office::new();
    for (nonce, shown) in [(1, "0x01"), (u64::MAX, "0xFFFFFFFFFFFFFFFF"), (0x80, "0x80"), (0, "0x0")] {
        office.put("query", query(MESSAGE, nonce));
        let text = office.openssl("ts -query -in query -text");
        for line in
            ["Version: 1", "Hash Algorithm: sha256", "Certificate required: yes", "Policy OID: unspecified"]
        {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.contains(&format!("Nonce: {shown}\n")), "{text}");
    }
    // Without its nonce it is the same to the byte.
    office.put("message", MESSAGE);
    office.openssl("ts -query -data message -sha256 -cert -no_nonce -out theirs");
    let mut ours = query(MESSAGE, 5);
    assert_eq!(ours.drain(ours.len() - 6..ours.len() - 3).collect::<Vec<_>>(), [2, 1, 5]);
    ours[1] -= 3;
    assert_eq!(ours, office.get("theirs"));
}

#[test]
fn what_openssl_stamps_holds() {
    if !has_openssl() {
        return;
    }
    for (key, config) in [
        (RSA, ""),
        (RSA, "signer_digest=sha512\ness_cert_id_alg=sha1"),
        (RSA, "signer_digest=sha384\ness_cert_id_alg=sha384"),
        (P256, "ess_cert_id_alg=sha1\ntsa_name=yes\nordering=yes"),
        (P256, "clock_precision_digits=3\naccuracy=secs:1,millisecs:500,microsecs:100"),
        (P384, "signer_digest=sha384\ness_cert_id_alg=sha512"),
        (P384, "ess_cert_id_chain=yes"),
    ] {
        let office = Office::furnished(key);
        let reply = office.reply(&query(MESSAGE, 7), config, "-chain root.pem");
        assert_eq!(imprint(&reply), Ok(hashed()));
        let stamp = holds(&reply, &office.pem("root"));
        assert_eq!(
            (stamp.authority.as_str(), stamp.serial.as_str()),
            ("CN=tsa,O=Kura", "0a10"),
            "{key} {config}"
        );
        let text = office.openssl("ts -reply -in reply -text");
        let second = stamp.at.to_utc().format("%H:%M:%S").to_string();
        assert!(text.contains("Serial number: 0x0A10") && text.contains(&second), "{stamp:?} {text}");
        office.put("message", MESSAGE);
        office.openssl("ts -verify -in reply -data message -CAfile root.pem");
        // The signer's own certificate may be trusted, and the root stand among others.
        assert_eq!(holds(&reply, &office.pem("tsa")), stamp);
        let others = Office::furnished(P256);
        let all = format!("one\n{}\r\ntwo\n{}{}", others.pem("root"), office.pem("root"), others.pem("tsa"));
        assert_eq!(holds(&reply, &all), stamp);

        let (wrong, empty) = (others.pem("root"), String::new());
        assert_eq!(check(&reply, b"another", &office.pem("root")), Err(StampError::Imprint));
        assert_eq!(check(&reply, MESSAGE, &wrong), Err(StampError::Chain));
        for none in [
            &empty,
            "no",
            &office.pem("tsa").replace("BEGIN", "BEGUN"),
            &format!("{all}-----BEGIN CERTIFICATE-----\n"),
        ] {
            assert_eq!(check(&reply, MESSAGE, none), Err(StampError::Authorities));
        }
    }
}

#[test]
fn a_path_leads_over_others() {
    if !has_openssl() {
        return;
    }
    let limited = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign";
    let unnamed = "basicConstraints=critical,CA:TRUE";
    let more = |extension: &str| format!("{CA}\n{extension}");
    let (ok, chain) = (Ok(()), Err(StampError::Chain));
    // Who trusts the root, and who trusts the one in the middle.
    for (root, middle, first, second) in [
        (CA, CA, ok, ok),
        (CA, limited, ok, ok),
        (unnamed, unnamed, ok, ok),
        (limited, CA, chain, ok),
        ("keyUsage=keyCertSign", CA, chain, ok),
        (CA, "", chain, chain),
        (CA, "basicConstraints=CA:FALSE", chain, chain),
        (CA, "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign", chain, chain),
        (CA, &more("extendedKeyUsage=serverAuth"), chain, chain),
        (CA, &more("extendedKeyUsage=timeStamping,serverAuth"), ok, ok),
        (CA, &more("extendedKeyUsage=anyExtendedKeyUsage"), ok, ok),
        (CA, &more("1.2.3.4=critical,DER:0500"), chain, chain),
        (CA, &more("1.2.3.4=DER:0500"), ok, ok),
    ] {
        let office = Office::new();
        office.issue("root", RSA, "root", root, 3650);
        office.issue("middle", P384, "root", middle, 3650);
        office.issue("tsa", P256, "middle", STAMPS, 3650);
        let full = office.reply(&query(MESSAGE, 7), "", "-chain middle.pem");
        let bare = office.reply(&query(MESSAGE, 7), "", "");
        let held = |reply: &[u8], trusted: &str| check(reply, MESSAGE, trusted).map(drop);
        let (above, between) = (office.pem("root"), office.pem("middle"));
        assert_eq!(held(&full, &above), first, "{root} {middle}");
        assert_eq!(held(&bare, &above), chain, "{root} {middle}");
        assert_eq!(held(&bare, &between), second, "{root} {middle}");
        assert_eq!(held(&bare, &format!("{above}{between}")), second, "{root} {middle}");
        // An authority of the same name with another key.
        office.issue("root", RSA, "root", CA, 3650);
        assert_eq!(held(&full, &office.pem("root")), chain, "{root} {middle}");
    }
}

#[test]
fn what_is_refused_or_of_another_hash_is_no_stamp() {
    if !has_openssl() {
        return;
    }
    let office = Office::furnished(P256);
    let reply = office.reply(&query(MESSAGE, 7), "digests=sha512", "");
    assert_eq!(imprint(&reply), Err(StampError::Refused { status: 2 }));
    assert_eq!(check(&reply, MESSAGE, &office.pem("root")), Err(StampError::Refused { status: 2 }));
    office.put("message", MESSAGE);
    office.openssl("ts -query -data message -sha512 -cert -out theirs");
    let reply = office.reply(&office.get("theirs"), "", "");
    assert_eq!(imprint(&reply), Err(StampError::Algorithm));
    assert_eq!(check(&reply, MESSAGE, &office.pem("root")), Err(StampError::Algorithm));
    // With changes, and without a stamp.
    let token = office.reply(&query(MESSAGE, 7), "", "")[9..].to_vec();
    let changed = sequence(&[&sequence(&[b"\x02\x01\x01"]), &token]);
    holds(&changed, &office.pem("root"));
    assert_eq!(imprint(&sequence(&[&sequence(&[b"\x02\x01\x00"])])), Err(StampError::Form));
    let late = sequence(&[&sequence(&[b"\x02\x01\x05"]), &token]);
    assert_eq!(imprint(&late), Err(StampError::Refused { status: 5 }));
}

#[test]
fn a_signer_is_for_time_stamps_alone() {
    if !has_openssl() {
        return;
    }
    let office = Office::furnished(P256);
    let content = info(1, &end(&office, "root"), b"");
    let trusted = office.pem("root");
    office.issue("signer", P256, "root", STAMPS, 3651);
    for (extensions, expected) in [
        (STAMPS, Ok(())),
        ("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature", Ok(())),
        ("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,nonRepudiation", Ok(())),
        ("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,keyAgreement", Err(StampError::Purpose)),
        ("extendedKeyUsage=timeStamping", Err(StampError::Purpose)),
        ("extendedKeyUsage=critical,timeStamping,serverAuth", Err(StampError::Purpose)),
        ("extendedKeyUsage=critical,codeSigning", Err(StampError::Purpose)),
        ("extendedKeyUsage=critical,anyExtendedKeyUsage", Err(StampError::Purpose)),
        ("keyUsage=digitalSignature", Err(StampError::Purpose)),
        ("extendedKeyUsage=critical,timeStamping\n1.2.3.4=critical,DER:0500", Err(StampError::Chain)),
    ] {
        office.certify("signer", "root", extensions, 3651);
        let reply = office.sign(&content, "signer", "-cades");
        assert_eq!(check(&reply, MESSAGE, &trusted).map(drop), expected, "{extensions}");
        if expected.is_err() {
            // Nor does it help to trust it.
            assert_eq!(check(&reply, MESSAGE, &office.pem("signer")).map(drop), expected, "{extensions}");
        }
    }
}

#[test]
fn every_certificate_was_valid_when_it_was_stamped() {
    if !has_openssl() {
        return;
    }
    let office = Office::new();
    office.issue("root", P256, "root", CA, 3650);
    office.issue("middle", P256, "root", CA, 10);
    office.issue("tsa", P256, "middle", STAMPS, 20);
    let (root, all) = (office.pem("root"), format!("{}{}", office.pem("root"), office.pem("middle")));
    let within = end(&office, "middle");
    let reply = office.sign(&info(1, &within, b""), "tsa", "-cades -certfile middle.pem");
    let stamp = holds(&reply, &root);
    assert_eq!(stamp.at.to_utc().format("%Y%m%d%H%M%SZ").to_string(), within);
    assert_eq!((stamp.authority.as_str(), stamp.serial.as_str()), ("CN=tsa,O=Kura", "ff"));

    let after = within.replace('Z', ".001Z");
    let reply = office.sign(&info(1, &after, b""), "tsa", "-cades -certfile middle.pem");
    let (at, expired) = (stamp.at.plus(1), Err(StampError::Expired));
    assert_eq!(check(&reply, MESSAGE, &root), expired);
    assert_eq!(check(&reply, MESSAGE, &all), expired);
    // Who trusts the signer itself need not trust those who issued it.
    assert_eq!(check(&reply, MESSAGE, &office.pem("tsa")).map(|stamp| stamp.at), Ok(at));
    for at in ["19990101000000Z", "00000101000000Z", "99991231235959.999Z", &end(&office, "root")] {
        let reply = office.sign(&info(1, at, b""), "tsa", "-cades");
        assert_eq!(check(&reply, MESSAGE, &all), expired, "{at}");
        assert_eq!(check(&reply, MESSAGE, &office.pem("tsa")), expired, "{at}");
    }
}

#[test]
fn only_what_is_signed_as_it_should_be_holds() {
    if !has_openssl() {
        return;
    }
    let office = Office::furnished(RSA);
    office.issue("weak", "RSA:1024", "root", STAMPS, 3650);
    office.issue("odd", "EC:P-521", "root", STAMPS, 3650);
    let (at, root) = (end(&office, "root"), office.pem("root"));
    let right = info(1, &at, b"");
    let critical = der(0xa1, &sequence(&[b"\x06\x03\x2a\x03\x04\x01\x01\xff\x04\x00"]));
    let known = der(0xa1, &sequence(&[b"\x06\x03\x2a\x03\x04\x04\x00"]));
    let (form, algorithm) = (Err(StampError::Form), Err(StampError::Algorithm));
    let other = "-econtent_type 1.2.840.113549.1.7.1";
    for (content, name, args, expected) in [
        (&right, "tsa", "-cades", Ok(())),
        (&right, "tsa", "-cades -keyid", Ok(())),
        (&right, "tsa", "-cades -md sha384", Ok(())),
        (&right, "tsa", "-cades -md sha512 -nosmimecap", Ok(())),
        (&right, "tsa", "-cades -md sha1", algorithm),
        (&right, "tsa", "-cades -keyopt rsa_padding_mode:pss", algorithm),
        (&right, "weak", "-cades", algorithm),
        (&right, "odd", "-cades", algorithm),
        (&right, "tsa", "-noattr", form),
        (&right, "tsa", "", Err(StampError::Certificate)),
        (&right, "tsa", "-cades -nocerts", Err(StampError::Certificate)),
        (&right, "tsa", "-cades -signer weak.pem -inkey weak.key", form),
        (&right, "tsa", &format!("-cades {other}"), form),
        (&info(2, &at, b""), "tsa", "-cades", form),
        (&info(1, "20300101000000.10Z", b""), "tsa", "-cades", form),
        (&info(1, "203001010000Z", b""), "tsa", "-cades", form),
        (&info(1, &at, &known), "tsa", "-cades", Ok(())),
        (&info(1, &at, &critical), "tsa", "-cades", form),
        (&info(1, &at, b"\x05\x00"), "tsa", "-cades", form),
        (&[right.as_slice(), b"\x00"].concat(), "tsa", "-cades", form),
    ] {
        let reply = office.sign(content, name, args);
        assert_eq!(check(&reply, MESSAGE, &root).map(drop), expected, "{name} {args}");
        // What is known need not be brought along.
        if args.contains("-nocerts") {
            holds(&reply, &format!("{root}{}", office.pem("tsa")));
        }
    }
    // What was signed as something else is not what it is said to be.
    let mut reply = office.sign(&right, "tsa", "-cades -econtent_type 1.2.840.113549.1.9.16.1.5");
    assert_eq!(imprint(&reply), Err(StampError::Form));
    let (last, rest) = TST_INFO.split_last().unwrap();
    let at = reply.windows(rest.len()).position(|part| part == rest).unwrap() + rest.len();
    reply[at] = *last;
    assert_eq!(imprint(&reply), Ok(hashed()));
    assert_eq!(check(&reply, MESSAGE, &root), Err(StampError::Signature));
    // Nor is it what is said to be of another kind, or signed by another hash than its own.
    for (oid, other, expected) in [
        (&b"\x86\xf7\x0d\x01\x07\x02"[..], 3, form),
        (b"\x86\x48\x01\x65\x03\x04\x02\x01", 2, form),
        (b"\x86\xf7\x0d\x01\x01\x01", 12, algorithm),
    ] {
        let mut reply = office.sign(&right, "tsa", "-cades -nocerts -nosmimecap");
        let at = reply.windows(oid.len()).rposition(|part| part == oid).unwrap() + oid.len() - 1;
        reply[at] = other;
        let all = format!("{root}{}", office.pem("tsa"));
        assert_eq!(check(&reply, MESSAGE, &all).map(drop), expected, "{oid:?}");
    }
    // Another certificate for the same key is not the one that it named, be it of the same number.
    let reply = office.sign(&right, "tsa", "-cades -nocerts");
    let number = office.openssl("x509 -in tsa.pem -noout -serial").trim().replace("serial=", "0x");
    office.openssl("req -new -config req.cnf -key tsa.key -subj /O=Kura/CN=other -out req.pem");
    let by = format!("-CA root.pem -CAkey root.key -set_serial {number} -days 3650");
    office.openssl(&format!("x509 -req -in req.pem {by} -extfile ext.cnf -extensions ext -out other.pem"));
    let all = format!("{root}{}", office.pem("other"));
    assert_eq!(check(&reply, MESSAGE, &all), Err(StampError::Certificate));
}

/// Asserts that a response which was altered says at most the same.
#[track_caller]
fn no_other(altered: &[u8], trusted: &str, stamp: &Stamp) -> bool {
    let _ = imprint(altered);
    assert_eq!(check(altered, b"another", trusted).ok(), None);
    check(altered, MESSAGE, trusted).is_ok_and(|other| {
        assert_eq!(&other, stamp);
        true
    })
}

#[test]
fn no_alteration_says_anything_else() {
    if !has_openssl() {
        return;
    }
    for key in [P256, RSA] {
        let office = Office::furnished(key);
        let reply = office.reply(&query(MESSAGE, 7), "accuracy=millisecs:1\ntsa_name=yes", "");
        let trusted = office.pem("root");
        let stamp = holds(&reply, &trusted);
        let mut held = Vec::new();
        for at in 0..reply.len() {
            for mask in [1, 0x20, 0xff] {
                let mut altered = reply.clone();
                altered[at] ^= mask;
                if no_other(&altered, &trusted, &stamp) {
                    held.push((at, mask));
                }
            }
            assert_eq!(check(&reply[..at], MESSAGE, &trusted), Err(StampError::Form), "{at}");
        }
        // That changes were made when it was granted is all that can be said besides.
        assert_eq!(held, [(8, 1)]);
        let longer = [reply.as_slice(), b"\x00"].concat();
        assert_eq!(check(&longer, MESSAGE, &trusted), Err(StampError::Form));
        assert_eq!(imprint(&longer), Err(StampError::Form));

        let bytes = prop::collection::vec(any::<u8>(), 0..16);
        proptest!(|(at in 0..reply.len(), cut in 0..16_usize, bytes in bytes)| {
            let mut altered = reply.clone();
            altered.splice(at..(at + cut).min(reply.len()), bytes);
            if altered != reply {
                no_other(&altered, &trusted, &stamp);
            }
        });
        // The certificates that are trusted come from a file, which may be damaged.
        proptest!(|(at in 0..trusted.len(), letter in "[ -~\n\r]{0,3}")| {
            let mut altered = trusted.clone();
            altered.replace_range(at..=at, &letter);
            if let Ok(other) = check(&reply, MESSAGE, &altered) {
                prop_assert_eq!(&other, &stamp);
            }
        });
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(bytes: Vec<u8>, text: String, header in 0..0xff_u8) {
        for bytes in [bytes.clone(), der(0x30, &bytes), sequence(&[&sequence(&[b"\x02\x01\x00"]), &der(header, &bytes)])] {
            prop_assert!(imprint(&bytes).is_err());
            prop_assert!(check(&bytes, MESSAGE, &text).is_err());
        }
    }
}
