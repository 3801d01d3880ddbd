import { readVectors } from '../../vectors/read-vectors.ts';
import { below } from '../../../src/core/support/random-source.ts';
import { FrameDecoder, PREFACE, type DecodeStep } from '../../../src/core/wire/frame-decoder.ts';
import {
  decodeBody,
  decodePeerRecord,
  encodeFrame,
  encodePeerRecord,
} from '../../../src/core/wire/message-codec.ts';
import type { PeerRecord } from '../../../src/core/wire/peer-record.ts';
import { MESSAGE_TYPES, type Message } from '../../../src/core/wire/message.ts';
import { fixedSigner } from '../../support/fixed-identity.ts';
import { signedRecord } from '../../support/signed-records.ts';
import { promise, type FuzzTarget } from '../fuzz-target.ts';

const FRAME_BYTES_MAX = 2_048;
const HEADER_BYTES = 4;

interface FrameVectors {
  readonly vectors: readonly { readonly frame: string }[];
}

/** One frame of each message: length, type, body. */
const frames = MESSAGE_TYPES.flatMap((type) =>
  readVectors<FrameVectors>(type).vectors.map(
    ({ frame }) => new Uint8Array(Buffer.from(frame, 'hex')),
  ),
);
const streams = frames.map((frame, i) => {
  const next = frames[(i + 1) % frames.length] as Uint8Array;
  return new Uint8Array(Buffer.concat([PREFACE, frame, next, frame]));
});

function stepsOf(chunks: readonly Uint8Array[]): string {
  const decoder = new FrameDecoder(FRAME_BYTES_MAX);
  const steps: DecodeStep[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let step = decoder.next(); step !== undefined; step = decoder.next()) {
      steps.push(step);
      if (step.kind === 'fault') return textOf(steps);
    }
    promise(decoder.partialBytes <= FRAME_BYTES_MAX + HEADER_BYTES, 'a bounded rest');
  }
  return textOf(steps);
}

const textOf = (steps: readonly DecodeStep[]): string =>
  steps
    .map((step) => {
      if (step.kind === 'fault') return step.fault;
      return step.kind === 'preface'
        ? 'preface'
        : `${step.frameType}:${Buffer.from(step.body).toString('latin1')}`;
    })
    .join('|');

export const frameStream: FuzzTarget = {
  name: 'frames',
  cases: 300_000,
  seeds: streams,
  run: (bytes, random) => {
    const chunks: Uint8Array[] = [];
    for (let i = 0; i < bytes.length;) {
      const size = 1 + below(random, below(random, 4) === 0 ? bytes.length : 8);
      chunks.push(bytes.slice(i, i + size));
      i += size;
    }
    promise(stepsOf([bytes]) === stepsOf(chunks), 'the same frames however they arrive');
  },
};

/** The first byte chooses the message. */
export const messages: FuzzTarget = {
  name: 'messages',
  cases: 300_000,
  seeds: frames.map((frame) => {
    const type = frame[HEADER_BYTES];
    const index = MESSAGE_TYPES.findIndex((name) => encodeType(name) === type);
    return new Uint8Array([index, ...frame.subarray(HEADER_BYTES + 1)]);
  }),
  run: (bytes) => {
    const type = MESSAGE_TYPES[(bytes[0] ?? 0) % MESSAGE_TYPES.length];
    if (type === undefined) return;
    const decoded = decodeBody(type, bytes.subarray(1));
    if (!decoded.ok) {
      promise(/^[ -~]{1,100}$/.test(decoded.detail), 'a fault in our own words');
      return;
    }
    promise(isExact(decoded.message), 'keys, hashes and texts as the schema wants them');
    const frame = encodeFrame(decoded.message);
    const again = decodeBody(type, frame.subarray(HEADER_BYTES + 1));
    promise(again.ok, 'what was read can be sent');
    if (!again.ok) return;
    promise(Buffer.compare(frame, encodeFrame(again.message)) === 0, 'it reads back the same');
  },
};

/** What a reader of messages may rely on beyond the types. */
function isExact(message: Message): boolean {
  switch (message.type) {
    case 'hello': {
      const { publicKey, genesisHash, agent, zone } = message.body;
      const isText = /^[ -~]{0,64}$/.test(agent) && Buffer.byteLength(zone) <= 63;
      return publicKey.length === 32 && genesisHash.length === 32 && isText;
    }
    case 'announce-peer':
      return message.body.record?.signature.length === 64;
    case 'transaction-announcement':
      return message.body.publicKey.length === 32 && message.body.signature.length === 64;
    case 'block-announcement':
      return message.body.header?.parentHash.length === 32;
    case 'get-peers':
      return message.body.filterHashes <= 8;
    case 'get-headers':
      return message.body.max <= 200 && message.body.locator.every(({ length }) => length === 32);
    default:
      return true;
  }
}

function encodeType(name: (typeof MESSAGE_TYPES)[number]): number {
  const { frame } = readVectors<FrameVectors>(name).vectors[0] as { frame: string };
  return Number.parseInt(frame.slice(2 * HEADER_BYTES, 2 * HEADER_BYTES + 2), 16);
}

/** Of one key and one time: a fault is found again by the same seed. */
function fixedRecord(changes: Partial<PeerRecord>): Uint8Array {
  return signedRecord({ sequence: 1_700_000_000_000n, ...changes }, fixedSigner()).record;
}

export const records: FuzzTarget = {
  name: 'records',
  cases: 100_000,
  seeds: [
    fixedRecord({}),
    fixedRecord({ addresses: ['[2001:db8::1]:7071', 'peer.example:7071'], zone: 'z' }),
  ],
  run: (bytes) => {
    const record = decodePeerRecord(bytes);
    if (record === undefined) return;
    promise(record.publicKey.length === 32 && record.network.length === 8, 'exact lengths');
    promise(record.addresses.length <= 4, 'four addresses at most');
    const encoded = encodePeerRecord(record);
    const again = decodePeerRecord(encoded);
    promise(again !== undefined, 'what was read can be written');
    if (again !== undefined) {
      promise(Buffer.compare(encoded, encodePeerRecord(again)) === 0, 'it reads back the same');
    }
  },
};
