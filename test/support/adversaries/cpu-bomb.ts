import { randomBytes } from 'node:crypto';
import { signedRecord } from '../signed-records.ts';
import { frame, MessageFlooder, rawFrame } from './message-flooder.ts';

/** Each connection keeps to the rate that the node reads: what a polite attacker can make it compute. */
const PACE = { connections: 24, perSecond: 45 };
const GET_PEERS = 0x10;
const PEER_LIST = 0x11;
const RECORDS = Array.from({ length: 16 }, () => signedRecord());

/** Questions with the largest filter, all of whose hashes are to be tried. */
const QUESTION = frame({
  type: 'get-peers',
  body: { max: 100, knownFilter: new Uint8Array(8_192), filterSalt: 1, filterHashes: 8 },
});
/** Thousands of empty elements in a list of at most a hundred; the tag of `peers` and a length of 0. */
const ELEMENTS = rawFrame(PEER_LIST, Buffer.alloc(65_000, Buffer.of(0x0a, 0)));
/** Fields that the schema does not know. */
const UNKNOWN_FIELDS = rawFrame(GET_PEERS, Buffer.alloc(65_000, Buffer.of(0x78, 1)));
const HEADERS = frame({
  type: 'headers',
  body: { headers: Array.from({ length: 200 }, () => headerOf(0)) },
});

function headerOf(turn: number) {
  return {
    version: 1,
    height: BigInt(turn + 1),
    parentHash: randomBytes(32),
    contentRoot: new Uint8Array(32),
    timestampMs: BigInt(Date.now()),
    targetBits: 0x1f00ffff,
    nonce: BigInt(turn),
  };
}

/** New each time, so that no memory of ids helps, and of the largest size. */
function bogusTransaction(): Uint8Array {
  const body = {
    publicKey: randomBytes(32),
    payload: randomBytes(1_024),
    signature: randomBytes(64),
  };
  return frame({ type: 'transaction-announcement', body });
}

function bogusRecord(turn: number): Uint8Array {
  const { record } = RECORDS[turn % RECORDS.length] as (typeof RECORDS)[number];
  return frame({
    type: 'announce-peer',
    body: { record: { record, signature: randomBytes(64) } },
  });
}

/** What costs the node most to read, check or answer. */
export class CpuBomb extends MessageFlooder {
  constructor() {
    const kinds: readonly ((turn: number) => Uint8Array)[] = [
      () => QUESTION,
      () => HEADERS,
      bogusTransaction,
      bogusRecord,
      (turn) => frame({ type: 'block-announcement', body: { header: headerOf(turn) } }),
    ];
    super('CPU bombs', {
      ...PACE,
      network: 76,
      frameOf: (turn) => (kinds[turn % kinds.length] as (turn: number) => Uint8Array)(turn),
    });
  }
}

/** Signatures and proofs of work that are none, as many as are read. */
export class BogusAnnouncer extends MessageFlooder {
  constructor() {
    super('bogus announcements', {
      ...PACE,
      network: 80,
      frameOf: (turn) =>
        turn % 2 === 0
          ? bogusTransaction()
          : frame({ type: 'block-announcement', body: { header: headerOf(turn) } }),
    });
  }
}

/** A whole burst of the cheapest announcements in one write, from as many connections as there are slots. */
export class BurstBomb extends MessageFlooder {
  constructor() {
    const burst = Buffer.concat(
      Array.from({ length: 200 }, (_, turn) =>
        frame({ type: 'block-announcement', body: { header: headerOf(turn) } }),
      ),
    );
    super('bursts', { connections: 56, perSecond: 0.5, network: 156, frameOf: () => burst });
  }
}

/** Bodies of 64 KiB that are many thousand elements. */
export class ElementBomb extends MessageFlooder {
  constructor() {
    super('bodies of many elements', {
      connections: 8,
      perSecond: 20,
      network: 84,
      frameOf: (turn) => (turn % 2 === 0 ? ELEMENTS : UNKNOWN_FIELDS),
    });
  }
}
