import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { parseSeedSource, type SeedSource } from '../connectivity/seed-source.ts';
import { parseIpv4 } from '../support/ip-address.ts';
import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';

const FORBIDDEN = ['127.0.0.1', '169.254.169.254'].map((text) => parseIpv4(text) as Uint8Array);
const NAME = parsed('p.example.org:7071');
/** A snapshot in which the name was proven once and lost since; nothing says who gave it. */
const LOST = `{"version":1,"key":[1,2],"groups":["p.example.org",""],"entries":[["${NAME.key}",1,0,0,1,-1,3,0,1,2]]}`;

function parsed(text: string): PeerAddress {
  const result = parsePeerAddress(text);
  if (!result.ok) throw new Error(text);
  return result.address;
}

function source(text: string): SeedSource {
  const result = parseSeedSource(text);
  if (!result.ok) throw new Error(text);
  return result.source;
}

/** Lets time pass: sources name the name, no peer answers, and the name leads to what is forbidden. */
function run(script: NodeScript, toMs: number, stepMs = 100): void {
  for (let at = script.now + stepMs; at <= toMs; at += stepMs) {
    script.runTo(at);
    for (const effect of script.effects.slice(taken(script))) {
      if (effect.kind === 'read-source') {
        const { sourceIndex } = effect;
        const result = { ok: true, addresses: [NAME], via: 'public' } as const;
        script.feed({ kind: 'source-read', sourceIndex, result });
      } else if (effect.kind === 'resolve-host') {
        const { requestId } = effect;
        script.feed({ kind: 'host-resolved', requestId, addresses: FORBIDDEN });
      } else if (effect.kind === 'dial') {
        const { connectionId } = effect;
        script.feed({ kind: 'dial-failed', connectionId, failure: 'connection-refused' });
      }
    }
  }
}

const seen = new WeakMap<NodeScript, number>();

/** Effects that were looked at before; all that there are count from now on. */
function taken(script: NodeScript): number {
  const before = seen.get(script) ?? 0;
  seen.set(script, script.effects.length);
  return before;
}

const asked = (script: NodeScript): Set<string> =>
  new Set(script.of('resolve-host').map(({ host }) => host));
const forbiddenDials = (script: NodeScript): string[] =>
  script.dialled().filter((key) => /^(127|169\.254)\./.test(key));

describe('a name whose giver is forgotten', () => {
  it('is checked when it comes back as a lost peer of an earlier snapshot', () => {
    const script = new NodeScript({
      peerAt: publicPeerAt,
      stored: [2],
      documents: { 'book:snapshot': LOST },
    });
    script.runTo(10);
    script.answer(2);
    run(script, 900_000, 1_000);
    expect(asked(script)).toEqual(new Set(['p.example.org.']));
    expect(forbiddenDials(script)).toEqual([]);
  });

  it.each([1, 2, 3, 4])(
    'is checked when it is stored and an HTTP list names it too: %i',
    (random) => {
      const script = new NodeScript({
        random,
        peerAt: publicPeerAt,
        stored: Array.from({ length: 30 }, (_, i) => i + 1),
        storedNames: [NAME],
        network: { seeds: [source('http://9.9.9.9:7070')] },
      });
      run(script, 120_000);
      expect(asked(script)).toEqual(new Set(['p.example.org.']));
      expect(forbiddenDials(script)).toEqual([]);
    },
  );

  it('leads anywhere once a service record of the operator names it', () => {
    const script = new NodeScript({
      peerAt: publicPeerAt,
      storedNames: [NAME],
      network: { seeds: [source('dnssrv+_p2p._tcp.lab')] },
    });
    run(script, 120_000);
    expect(asked(script)).toContain('p.example.org');
    expect(forbiddenDials(script)).toContain('127.0.0.1:7071');
  });
});
