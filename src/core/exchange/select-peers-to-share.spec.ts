import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { selectPeersToShare, type ShareRequest } from './select-peers-to-share.ts';

const addresses = (...texts: string[]): PeerAddress[] =>
  texts.map((text) => {
    const parsed = parsePeerAddress(text);
    if (!parsed.ok) throw new Error(text);
    return parsed.address;
  });
const [own] = addresses('9.9.9.9:1024');
const request = (changes: Partial<ShareRequest> = {}): ShareRequest => ({
  max: 100,
  isKnown: () => false,
  isConnected: () => false,
  ...changes,
});

it('is our own address, connected peers, then verified ones, each once', () => {
  const shared = selectPeersToShare(
    own,
    addresses('3.3.3.3:1024', '1.1.1.1:1024', '9.9.9.9:1024', '2.2.2.2:1024'),
    request({ isConnected: (address) => address.host !== '3.3.3.3' }),
  );
  expect(shared).toEqual(['9.9.9.9:1024', '1.1.1.1:1024', '2.2.2.2:1024', '3.3.3.3:1024']);
});

it.each([true, false])('is never longer than asked, connected: %s', (isConnected) => {
  const many = addresses(...Array.from({ length: 50 }, (_, i) => `1.1.1.${i}:1024`));
  const of = (max: number): string[] =>
    selectPeersToShare(own, many, request({ max, isConnected: () => isConnected }));
  expect([of(3).length, of(51).length, of(100).length]).toEqual([3, 51, 51]);
  expect(of(0)).toEqual([]);
});

it('leaves out what the asker knows, and fills up with what it does not', () => {
  const shared = selectPeersToShare(
    own,
    addresses('1.1.1.1:1024', '2.2.2.2:1024', '3.3.3.3:1024'),
    request({
      max: 2,
      isKnown: ({ host }) => host === '1.1.1.1' || host === '9.9.9.9',
      isConnected: ({ host }) => host !== '3.3.3.3',
    }),
  );
  expect(shared).toEqual(['2.2.2.2:1024', '3.3.3.3:1024']);
});
