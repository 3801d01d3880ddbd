#!/usr/bin/env python3
"""Writes the golden vectors beside this file, from the text of the protocol alone.

Uses no code of the project and no protobuf library: the encoding is spelt out here, hashes come from
hashlib, signatures from the `cryptography` package. Run it again only to add vectors: bytes on the
wire are final.
"""
import base64
import hashlib
import json
import pathlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent


# --- protobuf, by hand --------------------------------------------------------------------------
def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def uint(number, value):
    return varint(number << 3 | 0) + varint(value) if value else b""


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value) if value else b""


def fixed32(number, value):
    return varint(number << 3 | 5) + struct.pack("<I", value) if value else b""


def blob(number, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value if value else b""


def blobs(number, values):
    return b"".join(varint(number << 3 | 2) + varint(len(v)) + v for v in values)


def frame(frame_type, body):
    return struct.pack(">IB", 1 + len(body), frame_type) + body


def b64(value):
    return base64.b64encode(value).decode()


def present(**fields):
    """Proto3 JSON leaves defaults out; 64-bit numbers are strings, bytes base64."""
    return {key: value for key, value in fields.items() if value not in (0, "0", "", [], None)}


def sha(value):
    return hashlib.sha256(value).digest()


def write(name, content):
    (HERE / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")


def messages(name, message, frame_type, vectors):
    write(name, {
        "message": f"vision.p2p.v1.{message}",
        "frame_type": frame_type,
        "vectors": [
            {"name": title, "fields": fields, "frame": frame(frame_type, body).hex()}
            for title, fields, body in vectors
        ],
    })


# --- what the messages are made of --------------------------------------------------------------
KEY = Ed25519PrivateKey.from_private_bytes(sha(b"vision-node golden key"))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
GENESIS = sha(b"vision-testnet")
U64 = 2**64 - 1


def hello(version=0, chain="", genesis=b"", nonce=0, key=b"", agent="", listen=(), caps=0, zone="",
          observed="", height=0, tip=b""):
    body = (uint(1, version) + blob(2, chain) + blob(3, genesis) + fixed64(4, nonce) + blob(5, key)
            + blob(6, agent) + blobs(7, [a.encode() for a in listen]) + uint(8, caps) + blob(9, zone)
            + blob(10, observed) + uint(11, height) + blob(12, tip))
    fields = present(
        protocolVersion=version, chainId=chain, genesisHash=b64(genesis), connectionNonce=str(nonce),
        publicKey=b64(key), agent=agent, listenAddresses=list(listen), capabilities=str(caps), zone=zone,
        observedAddress=observed, tipHeight=str(height), tipHash=b64(tip))
    return fields, body


def disconnect(number, name, detail="", retry=0, redirect=()):
    body = uint(1, number) + blob(2, detail) + uint(3, retry) + blobs(4, [a.encode() for a in redirect])
    return present(reason=name, detail=detail, retryAfterSeconds=retry, redirect=list(redirect)), body


def signed_record():
    network = sha(b"testnet" + b"\0" + GENESIS)[:8]
    sequence = 1795413600000
    record = (blob(1, PUBLIC) + blobs(2, [b"198.51.100.7:7071"]) + uint(3, sequence) + blob(4, network)
              + blob(5, "zone-a") + uint(6, 3))
    return record, KEY.sign(b"vision-node:peer-record:v1\0" + record)


def header(version, height, parent, content, timestamp, bits, nonce):
    body = (uint(1, version) + uint(2, height) + blob(3, parent) + blob(4, content) + uint(5, timestamp)
            + uint(6, bits) + uint(7, nonce))
    fields = present(version=version, height=str(height), parentHash=b64(parent), contentRoot=b64(content),
                     timestampMs=str(timestamp), targetBits=bits, nonce=str(nonce))
    packed = struct.pack(">IQ32s32sQIQ", version, height, parent, content, timestamp, bits, nonce)
    return fields, body, packed


def target_of(bits):
    exponent, mantissa = bits >> 24, bits & 0xFFFFFF
    return mantissa << 8 * (exponent - 3) if exponent >= 3 else mantissa >> 8 * (3 - exponent)


def mine(bits):
    nonce = 0
    while True:
        made = header(1, 1, GENESIS, sha(b"first block"), 1795413600000, bits, nonce)
        if int.from_bytes(sha(sha(made[2])), "big") <= target_of(bits):
            return made
        nonce += 1


def filter_of(keys, salt, hashes, size):
    bits = bytearray(size)
    for key in keys:
        digest = sha(struct.pack("<I", salt) + key.encode())
        first, second = struct.unpack("<II", digest[:8])
        for i in range(hashes):
            position = (first + i * second) % (8 * size)
            bits[position // 8] |= 1 << position % 8
    return bytes(bits)


# --- vectors ------------------------------------------------------------------------------------
FULL = dict(version=1, chain="testnet", genesis=GENESIS, nonce=0x0123456789ABCDEF, key=PUBLIC,
            agent="vision-node/0.1.0", listen=["198.51.100.7:7071", "[2001:db8::7]:7071"], caps=7,
            zone="zone-a", observed="203.0.113.9:50123", height=300, tip=sha(b"tip"))
messages("hello", "Hello", 0x01, [
    ("full", *hello(**FULL)),
    ("only what is required", *hello(1, "testnet", GENESIS, 1, PUBLIC)),
    ("largest numbers", *hello(2**32 - 1, "mainnet", GENESIS, U64, PUBLIC, caps=U64, height=U64)),
    ("texts of other scripts, a short tip", *hello(1, "\u0442\u0435\u0441\u0442", GENESIS, 1, PUBLIC, zone="Z\u00fcrich",
                                                  tip=bytes(20))),
    ("no chain id", *hello(1, "", GENESIS, 1, PUBLIC)),
    ("chain id of 65", *hello(1, "c" * 65, GENESIS, 1, PUBLIC)),
    ("longest fields", *hello(1, "c" * 64, GENESIS, 1, PUBLIC, "a" * 64, ["h" * 254 + ":65535"] * 4, 0,
                              "z" * 63, "o" * 300, 0, bytes(range(32)))),
])
messages("disconnect", "Disconnect", 0x02, [
    ("reason alone", *disconnect(3, "DISCONNECT_REASON_GENESIS_MISMATCH")),
    ("full node", *disconnect(6, "DISCONNECT_REASON_TOO_MANY_PEERS", "no free slot", 60,
                              ["198.51.100.7:7071", "node1.example.com:7071"])),
    ("unspecified", *disconnect(0, "")),
])
for name, message, number in (("ping", "Ping", 3), ("pong", "Pong", 4)):
    messages(name, message, number, [
        ("zero", {}, b""),
        ("one", {"nonce": "1"}, fixed64(1, 1)),
        ("all bits", {"nonce": str(U64)}, fixed64(1, U64)),
    ])
known = filter_of(["198.51.100.7:7071", "[2001:db8::7]:7071"], 0xDEADBEEF, 7, 16)
messages("get-peers", "GetPeers", 0x10, [
    ("anything", {}, b""),
    ("with a filter", present(max=100, knownFilter=b64(known), filterSalt=0xDEADBEEF, filterHashes=7),
     uint(1, 100) + blob(2, known) + fixed32(3, 0xDEADBEEF) + uint(4, 7)),
])
record, signature = signed_record()
signed = blob(1, record) + blob(2, signature)
signed_fields = {"record": b64(record), "signature": b64(signature)}
messages("peer-list", "PeerList", 0x11, [
    ("empty", {}, b""),
    ("two addresses, one record",
     {"peers": ["198.51.100.7:7071", "node1.example.com:7071"], "records": [signed_fields]},
     blobs(1, [b"198.51.100.7:7071", b"node1.example.com:7071"]) + blobs(2, [signed])),
])
messages("announce-peer", "AnnouncePeer", 0x12, [
    ("own record", {"record": signed_fields}, blobs(1, [signed])),
])
mined_fields, mined, mined_packed = mine(0x1F00FFFF)
edge_fields, edge, edge_packed = header(2**32 - 1, U64, b"\xff" * 32, bytes(32), U64, 2**32 - 1, U64)
messages("block-announcement", "BlockAnnouncement", 0x20, [
    ("first block of testnet, mined", {"header": mined_fields}, blobs(1, [mined])),
    ("largest numbers", {"header": edge_fields}, blobs(1, [edge])),
])
payload = b"a payment"
payload_signature = KEY.sign(b"vision-node:transaction:v1\0" + payload)


def transaction(content, content_signature):
    return (present(publicKey=b64(PUBLIC), payload=b64(content), signature=b64(content_signature)),
            blob(1, PUBLIC) + blob(2, content) + blob(3, content_signature))


messages("transaction-announcement", "TransactionAnnouncement", 0x21, [
    ("signed payload", *transaction(payload, payload_signature)),
    ("empty payload", *transaction(b"", KEY.sign(b"vision-node:transaction:v1\0"))),
])
messages("get-headers", "GetHeaders", 0x22, [
    ("from genesis", present(locator=[b64(GENESIS)], max=200), blobs(1, [GENESIS]) + uint(2, 200)),
    ("two hashes", present(locator=[b64(sha(b"tip")), b64(GENESIS)]), blobs(1, [sha(b"tip"), GENESIS])),
])
messages("headers", "Headers", 0x23, [
    ("none", {}, b""),
    ("two", {"headers": [mined_fields, edge_fields]}, blobs(1, [mined, edge])),
])

# Bodies that a receiver must refuse: pieces of hex, each with how often it is repeated.
def runs(body):
    pieces = body if isinstance(body, list) else [(body, 1)]
    return [[piece.hex(), times] for piece, times in pieces]


ok = hello(**FULL)[1]


def changed(**fields):
    return hello(**{**FULL, **fields})[1]


write("malformed", [
    {"name": name, "frame_type": number, "body": runs(body)} for name, number, body in [
        ("truncated varint", 1, ok + b"\x08\x80"),
        ("length beyond the end", 1, ok + b"\x12\x7f"),
        ("length of 2^32 - 1", 1, ok + b"\x12\xff\xff\xff\xff\x0f"),
        ("field number 0", 1, ok + b"\x00\x00"),
        ("end of a group that never began", 1, ok + b"\x0c"),
        ("100 nested groups", 1, [(ok, 1), (b"\xa3\x06", 100), (b"\xa4\x06", 100)]),
        ("genesis of 31 bytes", 1, changed(genesis=GENESIS[:31])),
        ("genesis of 33 bytes", 1, changed(genesis=GENESIS + b"\0")),
        ("no genesis", 1, changed(genesis=b"")),
        ("key of 31 bytes", 1, changed(key=PUBLIC[:31])),
        ("no key", 1, changed(key=b"")),
        ("agent of 65", 1, changed(agent="a" * 65)),
        ("agent with an escape", 1, changed(agent="\x1b[31m")),
        ("agent beyond ASCII", 1, changed(agent="vision-n\u00f6de")),
        ("five listen addresses", 1, changed(listen=["198.51.100.7:7071"] * 5)),
        ("listen address of 261", 1, changed(listen=["h" * 261])),
        ("zone of 64", 1, changed(zone="z" * 64)),
        ("chain id of invalid UTF-8", 1, ok + blob(2, b"\xc3\x28")),
        ("zone of invalid UTF-8", 1, ok + blob(9, b"\xc3\x28")),
        ("listen address of invalid UTF-8", 1, hello(**{**FULL, "listen": []})[1] + blobs(7, [b"\xff"])),
        ("version 65 times more", 1, [(ok, 1), (uint(1, 1), 65)]),
        ("detail of 201", 2, blob(2, "d" * 201)),
        ("detail with a delete", 2, blob(2, "\x7f")),
        ("17 redirects", 2, [(blobs(4, [b"198.51.100.7:7071"]), 17)]),
        ("filter of 8193", 0x10, [(b"\x12\x81\x40", 1), (b"\0", 8193)]),
        ("nine filter hashes", 0x10, uint(4, 9)),
        ("101 peers", 0x11, [(blobs(1, [b"198.51.100.7:7071"]), 101)]),
        ("20,000 empty peers", 0x11, [(blobs(1, [b""]), 20000)]),
        ("101 records", 0x11, [(blobs(2, [signed]), 101)]),
        ("record that reaches beyond its end", 0x11, blobs(2, [b"\x0a\x05ab"]) + bytes(8)),
        ("record with a short signature", 0x11, blobs(2, [blob(1, record) + blob(2, signature[:63])])),
        ("no record", 0x12, b""),
        ("two records", 0x12, blobs(1, [signed, signed])),
        ("no header", 0x20, b""),
        ("header without a parent", 0x20, blobs(1, [uint(1, 1)])),
        ("two headers", 0x20, blobs(1, [mined, mined])),
        ("payload of 16385", 0x21, [(blob(1, PUBLIC) + b"\x12\x81\x80\x01", 1), (b"\0", 16385), (blob(3, payload_signature), 1)]),
        ("signature of 63 bytes", 0x21, transaction(payload, payload_signature[:63])[1]),
        ("max of 201", 0x22, uint(2, 201)),
        ("locator hash of 31 bytes", 0x22, blobs(1, [bytes(31)])),
        ("201 headers", 0x23, [(blobs(1, [mined]), 201)]),
    ]
])

write("hashes", {
    "node_ids": [{"public_key": PUBLIC.hex(), "node_id": sha(PUBLIC)[:20].hex()}],
    "networks": [{"chain_id": "testnet", "genesis_hash": GENESIS.hex(),
                  "network": sha(b"testnet" + b"\0" + GENESIS)[:8].hex()}],
    "blocks": [
        {"name": name, "header": fields, "bytes": packed.hex(), "hash": sha(sha(packed)).hex()}
        for name, fields, packed in [
            ("first block of testnet, mined", mined_fields, mined_packed),
            ("largest numbers", edge_fields, edge_packed),
        ]
    ],
    "transactions": [
        {"public_key": PUBLIC.hex(), "payload": content.hex(), "id": sha(PUBLIC + content).hex()}
        for content in (payload, b"", bytes(range(256)))
    ],
})

KEYS = [f"198.51.100.{i}:7071" for i in range(40)] + ["[2001:db8::7]:7071", "node1.example.com:7071"]
write("known-filter", [
    {
        "salt": salt, "hashes": hashes, "keys": keys, "filter": bits.hex(),
        "absent": [k for k in (f"203.0.113.{i}:7071" for i in range(40))
                   if filter_of([k], salt, hashes, size) != bytes(
                       a & b for a, b in zip(bits, filter_of([k], salt, hashes, size)))],
    }
    for salt, hashes, size, keys in [
        (0, 1, 1, KEYS[:1]), (0xDEADBEEF, 7, 16, KEYS[:2]), (2**32 - 1, 8, 53, KEYS), (1, 3, 101, KEYS),
    ]
    for bits in [filter_of(keys, salt, hashes, size)]
])

write("compact-targets", [
    {"bits": bits, "target": hex(target_of(bits)), "work": str(2**256 // (target_of(bits) + 1))}
    for bits in (0x1D00FFFF, 0x1F00FFFF, 0x1B0404CB, 0x03123456, 0x02123456, 0x01120000, 0x207FFFFF, 0x220000FF)
])
