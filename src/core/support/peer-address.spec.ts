import fc from 'fast-check';
import {
  parseCanonicalPeerAddress,
  parsePeerAddress,
  peerAddressOfIp,
  type PeerAddressResult,
} from './peer-address.ts';

const keyOf = (result: PeerAddressResult): string =>
  result.ok ? result.address.key : `(${result.fault})`;

describe('an address that a person wrote', () => {
  it.each([
    ['1.2.3.4:7071', '1.2.3.4:7071', 'ipv4'],
    ['[2001:DB8::1]:7071', '[2001:db8::1]:7071', 'ipv6'],
    ['[::ffff:10.0.0.1]:1', '10.0.0.1:1', 'ipv4'],
    ['Seed.Example.ORG:65535', 'seed.example.org:65535', 'name'],
    ['seed.example.org.:80', 'seed.example.org:80', 'name'],
    ['vision-0.vision_headless.ns.svc.cluster.local:7071', undefined, 'name'],
  ])('%s has the key %s', (text, key, kind) => {
    const result = parsePeerAddress(text);
    expect(keyOf(result)).toBe(key ?? text);
    expect(result.ok && result.address.kind).toBe(kind);
  });

  it.each([
    ['', 'malformed-address'],
    [':7071', 'malformed-address'],
    ['host', 'malformed-address'],
    ['::1:7071', 'malformed-address'],
    ['[::1:7071', 'malformed-address'],
    ['a:0', 'malformed-port'],
    ['a:65536', 'malformed-port'],
    ['a:080', 'malformed-port'],
    ['a:1e3', 'malformed-port'],
    ['a:', 'malformed-port'],
    ['[1.2.3.4]:1', 'malformed-host'],
    ['2130706433:7071', 'malformed-host'],
    ['127.1:7071', 'malformed-host'],
    ['0x7f.1:7071', 'malformed-host'],
    ['0x7f000001:7071', 'malformed-host'],
    ['a.0x1:7071', 'malformed-host'],
    ['1.2.3.256:7071', 'malformed-host'],
    ['-a.b:7071', 'malformed-host'],
    ['a..b:7071', 'malformed-host'],
    ['a b:7071', 'malformed-host'],
    ['a/b:7071', 'malformed-host'],
    ['a@b:7071', 'malformed-host'],
    ['ä.example:7071', 'malformed-host'],
    [`${'a'.repeat(64)}.b:7071`, 'malformed-host'],
    [`${'a.'.repeat(127)}b:7071`, 'malformed-host'],
  ])('%j is refused: %s', (text, fault) => {
    expect(parsePeerAddress(text)).toEqual({ ok: false, fault });
  });
});

describe('an address that a peer sent', () => {
  it.each(['Example.org:1024', '[2001:db8:0::1]:1024', '[::ffff:1.2.3.4]:1024', 'a.b.:1024'])(
    '%s is refused when it is not canonical',
    (text) => {
      expect(parseCanonicalPeerAddress(text)).toEqual({ ok: false, fault: 'not-canonical' });
    },
  );

  it('never makes the parser throw, and what is accepted is its own key', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^[0-9a-fx.:[\]_-]{1,40}:[0-9]{1,6}$/),
    );
    fc.assert(
      fc.property(text, (sent) => {
        const result = parseCanonicalPeerAddress(sent);
        if (!result.ok) return;
        expect(result.address.key).toBe(sent);
        expect(sent).toMatch(/^[a-z0-9_.:[\]-]+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('the key of a socket’s end is read back as the same address', () => {
  const ip = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(ip, fc.integer({ min: 1, max: 65_535 }), (bytes, port) => {
      const address = peerAddressOfIp(bytes, port);
      expect(parseCanonicalPeerAddress(address.key)).toEqual({ ok: true, address });
    }),
  );
});
