import { below, type RandomSource } from '../../src/core/support/random-source.ts';

const STEPS_MAX = 6;
const BYTES_MAX = 4_096;
/** Where lengths, signs and varints turn over. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0x0a, 0x22, 0x2e, 0x30, 0x3a, 0x5b, 0x7b];

type Step = (bytes: Uint8Array, random: RandomSource, other: Uint8Array) => Uint8Array;

const join = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts)).subarray(0, BYTES_MAX);

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

const at = (bytes: Uint8Array, random: RandomSource): number =>
  below(random, Math.max(1, bytes.length));
const anyByte = (random: RandomSource): number => below(random, 256);
const edge = (random: RandomSource): number => EDGES[below(random, EDGES.length)] as number;

/** Small damages, of which a few in a row reach most corners of a decoder. */
const STEPS: readonly Step[] = [
  (bytes, random) => changed(bytes, at(bytes, random), anyByte(random)),
  (bytes, random) => changed(bytes, at(bytes, random), edge(random)),
  (bytes, random) => {
    const i = at(bytes, random);
    return changed(bytes, i, (bytes[i] ?? 0) ^ (1 << below(random, 8)));
  },
  (bytes, random) => bytes.slice(0, at(bytes, random)),
  (bytes, random) => bytes.slice(at(bytes, random)),
  (bytes, random) => {
    const i = at(bytes, random);
    return join(bytes.subarray(0, i), bytes.subarray(i + 1 + below(random, 8)));
  },
  (bytes, random) => {
    const i = at(bytes, random);
    const added = Uint8Array.from({ length: 1 + below(random, 8) }, () => anyByte(random));
    return join(bytes.subarray(0, i), added, bytes.subarray(i));
  },
  (bytes, random) => {
    const i = at(bytes, random);
    const piece = bytes.subarray(i, i + 1 + below(random, 32));
    const times = Array.from({ length: 1 + below(random, 6) }, () => piece);
    return join(bytes.subarray(0, i), ...times, bytes.subarray(i));
  },
  (bytes, random, other) =>
    join(bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))),
];

/** Another input like these: mostly one of them, a little damaged; now and then nothing but noise. */
export function mutated(seeds: readonly Uint8Array[], random: RandomSource): Uint8Array {
  if (below(random, 64) === 0) {
    return Uint8Array.from({ length: below(random, 256) }, () => anyByte(random));
  }
  let bytes = seeds[below(random, seeds.length)] as Uint8Array;
  const other = seeds[below(random, seeds.length)] as Uint8Array;
  const steps = below(random, STEPS_MAX + 1);
  for (let i = 0; i < steps; i += 1) {
    bytes = (STEPS[below(random, STEPS.length)] as Step)(bytes, random, other);
  }
  return bytes;
}
