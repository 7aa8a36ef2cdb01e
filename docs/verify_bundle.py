#!/usr/bin/env python3
"""Checks a bundle of kuraban without kuraban: verify_bundle.py FILE [KEY]

KEY is what `kuraban key show` prints at the ledger (name+hash+base64). Without it the bundle is checked against the key
that it names itself, which shows only that it is in one piece. The signature needs the package `cryptography`; without
it everything else is checked, and the exit code is 2. The form is told in ledger-format.md.
"""

import base64
import hashlib
import json
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None


# The keys of an entry, in their order.
KEYS = "v seq prev kind medium mseq mprev at occurred by with station how data".split()


class Broken(Exception):
    """Why the bundle does not hold."""


def need(holds, why):
    if not holds:
        raise Broken(why)


def unique(pairs):
    need(len({key for key, _ in pairs}) == len(pairs), "a key comes twice")
    return dict(pairs)


def members(value, keys):
    need(isinstance(value, dict) and set(value) == set(keys), f"not exactly the keys {', '.join(keys)}")
    return [value[key] for key in keys]


def hashes(proof):
    need(isinstance(proof, list) and all(isinstance(one, str) for one in proof), "a proof is no list of hashes")
    try:
        decoded = [base64.b64decode(one, validate=True) for one in proof]
    except ValueError:
        raise Broken("a proof is not in base64")
    need(all(len(one) == 32 for one in decoded), "a hash has not 32 bytes")
    need([base64.b64encode(one).decode() for one in decoded] == proof, "a proof is not in its one form")
    return decoded


def number(value):
    need(type(value) is int and 0 <= value < 2**53, "not a number")
    return value


def whole(text):
    """A number in JSON, in its one form."""
    need(not text.startswith("-"), "a number below nought")
    return int(text)


def read(text):
    return json.loads(text, object_pairs_hook=unique, parse_int=whole)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def included(index, leaf, size, root, proof):
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        return False
    first, second = index, size - 1
    for one in proof:
        if second == 0:
            return False
        if first & 1 or first == second:
            leaf = sha(b"\x01", one, leaf)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            leaf = sha(b"\x01", leaf, one)
        first, second = first >> 1, second >> 1
    return second == 0 and leaf == root


def entry(line):
    """An entry in its one spelling, and its hash."""
    need(isinstance(line, str), "an entry is no text")
    try:
        value = read(line)
        spelt = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        raise Broken("an entry is no JSON")
    need(spelt == line and isinstance(value, dict), "an entry is not in its one spelling")
    need(list(value) == KEYS, "an entry has not its keys in their order")
    need(type(value["v"]) is int and value["v"] == 1, "an entry of another version")
    need(isinstance(value["data"], dict), "an entry has no data")
    number(value["seq"])
    return value, sha(b"\x00", line.encode())


def proved(value, size, root):
    line, proof = members(value, ["entry", "proof"])
    told, leaf = entry(line)
    need(included(told["seq"] - 1, leaf, size, root, hashes(proof)), f"entry {told['seq']} is not in the ledger")
    return told, leaf


def key_parts(text):
    """The name, the key's hash and the key of `name+hash+base64`."""
    need(isinstance(text, str), "no key")
    name, _, rest = text.partition("+")
    short, _, coded = rest.partition("+")
    try:
        raw = base64.b64decode(coded, validate=True)
    except ValueError:
        raise Broken("the key is not in base64")
    need(name and len(raw) == 33 and raw[0] == 1, "no Ed25519 key")
    need(sha(name.encode(), b"\n", raw)[:4].hex() == short, "the key's hash is not its own")
    need(base64.b64encode(raw).decode() == coded, "the key is not in its one form")
    return name, bytes.fromhex(short), raw[1:]


def opened(note, key):
    """Origin, size and root of a note that the key has signed."""
    need(isinstance(note, str) and "\n\n" in note and note.endswith("\n"), "no note")
    cut = note.rindex("\n\n")
    text, lines = note[: cut + 1], note[cut + 2 : -1].split("\n")
    need(all(one >= " " or one == "\n" for one in text), "a control character")
    name, short, public = key_parts(key)
    signed = None
    for line in lines:
        dash, _, rest = line.partition(" ")
        signer, _, coded = rest.partition(" ")
        try:
            raw = base64.b64decode(coded, validate=True)
        except ValueError:
            raise Broken("a signature is not in base64")
        need(dash == "\u2014" and len(raw) >= 4, "no signature line")
        need(base64.b64encode(raw).decode() == coded, "a signature is not in its one form")
        if (signer, raw[:4]) != (name, short):
            continue
        signed = Ed25519PublicKey is not None
        if signed:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise Broken("the signature does not hold")
    need(signed is not None, "the key has not signed the note")
    origin, size, root = (text.split("\n") + ["", "", ""])[:3]
    need(origin == name and size.isascii() and size.isdigit() and str(int(size)) == size, "no checkpoint")
    number(int(size))
    return origin, int(size), hashes([root])[0], signed


def check(text, trusted):
    try:
        bundle = read(text)
    except ValueError:
        raise Broken("no JSON")
    form, key, note, checkpoint, medium, newest, entries = members(
        bundle, ["format", "key", "note", "checkpoint", "medium", "newest", "entries"]
    )
    need(form == "kuraban-bundle/1", "another format")
    need(trusted is None or key == trusted, "signed by another key than the one that is trusted")
    origin, size, root, signed = opened(note, key)
    last, _ = proved(checkpoint, size, root)
    need(last["seq"] == size and last["kind"] == "checkpoint", "the checkpoint's entry is not the last")
    heads = last["data"].get("heads")
    lower = isinstance(heads, str) and len(heads) == 64 and set(heads) <= set("0123456789abcdef")
    need(lower, "the checkpoint names no root over the media")
    need(isinstance(entries, list) and entries, "no entries")
    before, seq = b"\0" * 32, 0
    for count, one in enumerate(entries, 1):
        told, leaf = proved(one, size, root)
        need(told["medium"] == number(medium) and told["seq"] > seq, f"entry {told['seq']} is another medium's")
        need((told["mseq"], told["mprev"]) == (count, before.hex()), f"entry {told['seq']} does not go on")
        need((told["kind"] == "register") == (count == 1), f"entry {told['seq']} is out of its place")
        need(count > 1 or told["seq"] == medium, "it does not begin with the registration")
        before, seq = leaf, told["seq"]
    index, proof = members(newest, ["index", "proof"])
    leaf = sha(b"\x00", medium.to_bytes(8, "big"), len(entries).to_bytes(8, "big"), before)
    media = number(last["data"].get("media"))
    need(included(number(index), leaf, media, bytes.fromhex(heads), hashes(proof)), "newer entries were left out")
    return origin, size, medium, len(entries), signed


def main(arguments):
    if len(arguments) not in (2, 3):
        sys.exit(__doc__)
    try:
        with open(arguments[1], encoding="utf-8", newline="") as file:
            text = file.read()
        origin, size, medium, count, signed = check(text, arguments[2] if len(arguments) == 3 else None)
    except OSError as error:
        print(f"NOT READ: {error}")
        return 2
    except (Broken, KeyError, TypeError, ValueError, OverflowError, RecursionError) as broken:
        print(f"BROKEN: {broken}")
        return 1
    print(f"HOLDS: medium {medium}, {count} entries, complete up to the {size} entries of {origin}")
    if not signed:
        print("The signature was not checked: the package cryptography is missing.")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
