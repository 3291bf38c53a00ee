#!/usr/bin/env python3
"""Check a bundle that "crawler export --evidence ID" made, with nothing but Python's own library.

    python3 verify_evidence.py BUNDLE.wacz [VERIFIER-KEY]

It checks the list of the package, the signature of the checkpoint (Ed25519, RFC 8032), that every record is in the tree of
the checkpoint (RFC 9162 section 2.1.3.2), that each record is the one that its leaf names, and that the payloads the report
names are among them. Give the verifier key when you have it from elsewhere: a bundle brings its own.
"""
import base64
import gzip
import hashlib
import json
import sys
import zipfile

# Ed25519 over the twisted Edwards curve of RFC 8032 section 5.1, verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    return P - x if x % 2 != sign else x


def decode(octets):
    n = int.from_bytes(octets, "little")
    y = n & ((1 << 255) - 1)
    if y >= P:
        raise ValueError("not a point of the curve")
    x = recover_x(y, n >> 255)
    return (x, y, 1, x * y % P)


def add(a, b):
    f, g = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    h, i = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, j, k, m = g - f, i - h, i + h, g + f
    return (e * j % P, k * m % P, j * k % P, e * m % P)


def times(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, point)
        point, n = add(point, point), n >> 1
    return out


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def signed(public, message, signature):
    if len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(decode(signature[:32]), times(h, decode(public)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def open_checkpoint(note, key):
    """Checks the signature of a checkpoint (C2SP signed-note) and returns its size and root."""
    name, key_hash, material = key.strip().split("+", 2)
    material = base64.b64decode(material)
    if material[0] != 1 or sha256(name.encode(), b"\n", material)[:4].hex() != key_hash:
        raise ValueError("the verifier key is damaged")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, who, value = line.split(" ")
        value = base64.b64decode(value)
        if dash == "\u2014" and who == name and value[:4].hex() == key_hash:
            if signed(material[1:], text.encode(), value[4:]):
                break
            raise ValueError("the signature of the checkpoint does not match")
    else:
        raise ValueError("the checkpoint is not signed by this key")
    lines = text.split("\n")
    if lines[0] != name:
        raise ValueError("the checkpoint is of another log")
    return int(lines[1]), base64.b64decode(lines[2]), lines[3:-1]


def included(leaf, size, index, path, root):
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\x01", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01", r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def check(name, key=None):
    with zipfile.ZipFile(name) as z:
        listing, digest = z.read("datapackage.json"), json.loads(z.read("datapackage-digest.json"))
        if digest["hash"] != "sha256:" + hashlib.sha256(listing).hexdigest():
            raise ValueError("datapackage.json does not match its digest")
        listed = {r["path"]: r for r in json.loads(listing)["resources"]}
        for path in z.namelist():
            if path in ("datapackage.json", "datapackage-digest.json"):
                continue
            data = z.read(path)
            if path not in listed or listed[path]["hash"] != "sha256:" + hashlib.sha256(data).hexdigest():
                raise ValueError(path + " is not as the package lists it")
        for path in listed:
            z.getinfo(path)
        proofs = json.loads(z.read("evidence/proofs.json"))
        if z.read("evidence/checkpoint").decode() != proofs["checkpoint"]:
            raise ValueError("evidence/checkpoint is not that of the proofs")
        size, root, extra = open_checkpoint(proofs["checkpoint"], key or proofs["key"])
        if not proofs["records"]:
            raise ValueError("no records are proved")
        payloads, files = set(), {}
        for p in proofs["records"]:
            entry = p["entry"].encode()
            if not included(sha256(b"\x00", entry), size, p["leaf"], [base64.b64decode(h) for h in p["path"]], root):
                raise ValueError("leaf %d is not in the tree" % p["leaf"])
            data = files.setdefault(p["file"], z.read(p["file"]))
            record = gzip.decompress(data[p["offset"]:p["offset"] + p["length"]])
            header, _, rest = record.partition(b"\r\n\r\n")
            fields = {}
            for line in header.decode("utf-8", "replace").split("\r\n")[1:]:
                field, _, value = line.partition(":")
                fields[field.lower()] = value.strip()
            block = rest[:int(fields["content-length"])]
            form, _, ident, logged, end = p["entry"].split("\n")
            if form != "nianbao.leaf.v1" or end or fields["warc-record-id"] != "<" + ident + ">" or logged != "sha256:" + hashlib.sha256(header + b"\r\n\r\n").hexdigest():
                raise ValueError("leaf %d names another record" % p["leaf"])
            if rest[len(block):] != b"\r\n\r\n":
                raise ValueError("the record of leaf %d is cut off" % p["leaf"])
            stated = fields.get("nianbao-block-digest", fields["warc-block-digest"])
            if stated != "sha256:" + hashlib.sha256(block).hexdigest():
                raise ValueError("the block of leaf %d does not have its digest" % p["leaf"])
            payloads.add(fields.get("nianbao-payload-sha256"))
        report = json.loads(z.read("evidence/report.json"))
        for source in report["sources"]:
            if source.get("sha256") and source["sha256"] not in payloads:
                raise ValueError("no record holds " + source["url"])
        return report["title"], len(proofs["records"]), size, extra


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        title, records, size, extra = check(*sys.argv[1:])
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, EOFError) as wrong:
        sys.exit("NOT PROVED: %s" % wrong)
    print("proved: %s: %d records in a log of %d; %s" % (title, records, size, "; ".join(extra)))
