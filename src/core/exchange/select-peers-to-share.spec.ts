import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { selectPeersToShare, type ShareRequest } from './select-peers-to-share.ts';

const addresses = (...texts: string[]): PeerAddress[] =>
  texts.map((text) => {
    const parsed = parsePeerAddress(text);
    if (!parsed.ok) throw new Error(text);
    return parsed.address;
  });
const request = (changes: Partial<ShareRequest> = {}): ShareRequest => ({
  mayShare: () => true,
  max: 100,
  isKnown: () => false,
  ...changes,
});

it('is our own address, connected peers, then verified ones, each once', () => {
  const shared = selectPeersToShare(
    addresses('9.9.9.9:1024'),
    addresses('1.1.1.1:1024', '2.2.2.2:1024'),
    addresses('2.2.2.2:1024', '3.3.3.3:1024', '9.9.9.9:1024'),
    request(),
  );
  expect(shared).toEqual(['9.9.9.9:1024', '1.1.1.1:1024', '2.2.2.2:1024', '3.3.3.3:1024']);
});

it('is never longer than asked', () => {
  const many = addresses(...Array.from({ length: 50 }, (_, i) => `1.1.1.${i}:1024`));
  expect(selectPeersToShare([], many, many, request({ max: 3 }))).toHaveLength(3);
  expect(selectPeersToShare(many, [], [], request({ max: 0 }))).toEqual([]);
});

it('holds nothing that the asker could not reach', () => {
  const all = addresses('127.0.0.1:1024', '8.8.8.8:1024');
  const mayShare = (address: PeerAddress): boolean => address.host === '8.8.8.8';
  expect(selectPeersToShare(all, [], [], request({ mayShare }))).toEqual(['8.8.8.8:1024']);
});

it('leaves out what the asker knows, and fills up with what it does not', () => {
  const shared = selectPeersToShare(
    [],
    addresses('1.1.1.1:1024', '2.2.2.2:1024'),
    addresses('3.3.3.3:1024'),
    request({ max: 2, isKnown: (address) => address.key === '1.1.1.1:1024' }),
  );
  expect(shared).toEqual(['2.2.2.2:1024', '3.3.3.3:1024']);
});
