import fc from 'fast-check';
import { unixMillis } from '../support/brand.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import { anchorsToDial, decodeAnchors, encodeAnchors } from './anchor-document.ts';

const SPAN_MS = 300_000;
const address = (i: number): PeerAddress => peerAddressOfIp(Uint8Array.of(20, 0, 0, i), 7_071);
const at = (ms: number) => unixMillis(1_700_000_000_000 + ms);
const record = (isClean: boolean, ...starts: number[]) => ({
  anchors: [address(1), address(2)],
  starts: starts.map(at),
  isClean,
});
const dialled = (isClean: boolean, ...starts: number[]) =>
  anchorsToDial(record(isClean, ...starts), at(1_000_000), SPAN_MS).map(({ host }) => host);

it('comes back as it was written', () => {
  const written = record(true, 5, 6);
  expect(decodeAnchors(encodeAnchors(written))).toEqual(written);
});

it('keeps the last four starts', () => {
  expect(decodeAnchors(encodeAnchors(record(true, 1, 2, 3, 4, 5, 6))).starts).toEqual(
    [3, 4, 5, 6].map(at),
  );
});

describe('the anchors to dial', () => {
  it('are all after a clean stop, however often it was started', () => {
    expect(dialled(true, 900_000, 950_000, 990_000)).toEqual(['20.0.0.1', '20.0.0.2']);
  });

  it('are all after one crash, or two that lie apart', () => {
    expect(dialled(false, 950_000)).toHaveLength(2);
    expect(dialled(false, 600_000, 950_000)).toHaveLength(2);
  });

  it('are one fewer after two starts in five minutes without a goodbye', () => {
    expect(dialled(false, 900_000, 950_000)).toEqual(['20.0.0.2']);
  });

  it('are not dropped by a clock that was set back', () => {
    expect(dialled(false, 2_000_000, 2_100_000)).toHaveLength(2);
  });
});

it('any text is read as something, without an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { anchors, starts } = decodeAnchors(text);
      expect(anchors.length + starts.length).toBeLessThanOrEqual(12);
    }),
  );
  expect(decodeAnchors(undefined)).toEqual({ anchors: [], starts: [], isClean: true });
  expect(
    decodeAnchors('{"anchors":["1.2.3.4:7071","no",7],"starts":["x",1.5]}').anchors,
  ).toHaveLength(1);
});
