import { NodeScript, peerAt, publicPeerAt } from '../../../test/support/node-script.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import { WHY_NOT_CODES, type WhyNotConnected } from './views.ts';

/** Made by what can happen to a node, each with the address that it is about. */
type Story = () => { readonly script: NodeScript; readonly about: PeerAddress };

const started = (options: ConstructorParameters<typeof NodeScript>[0]): NodeScript => {
  const script = new NodeScript(options);
  script.runTo(10);
  return script;
};

/** The first peer has named others. */
function told(peers: readonly PeerAddress[], limits: Partial<NodeLimits> = {}): NodeScript {
  const script = started({ seeds: [1], limits, peerAt: publicPeerAt });
  const id = script.answer(1);
  const body = { peers: peers.map(({ key }) => key), records: [] };
  script.send(id, { type: 'peer-list', body });
  return script;
}

/** Of two that were named, one is dialled. */
function firstDialled(pair: readonly PeerAddress[]) {
  // Below its minimum a node takes a second one of a group rather than none.
  const script = told(pair, { outboundMin: 1 });
  for (let i = 0; i < 20 && script.dialled().length === 1; i += 1) script.runTo(script.now + 100);
  const dialled = script.dialled().at(-1);
  const first = pair.find(({ key }) => key === dialled) as PeerAddress;
  const second = pair.find(({ key }) => key !== dialled) as PeerAddress;
  return { script, first, second };
}

const command = (script: NodeScript, what: Parameters<NodeScript['feed']>[0]): NodeScript => {
  script.feed(what);
  return script;
};

const STORIES: Readonly<Record<WhyNotConnected, Story>> = {
  connected: () => {
    const script = started({ seeds: [1] });
    script.answer(1);
    return { script, about: peerAt(1) };
  },
  self: () => {
    const script = started({ seeds: [1] });
    script.meetItself(script.dialOf(1));
    return { script, about: peerAt(1) };
  },
  banned: () => {
    const script = started({ seeds: [1] });
    const subject = { kind: 'host', host: peerAt(1).host } as const;
    const ban = { kind: 'ban', subject, durationMs: 60_000, reason: 'spam' } as const;
    script.refuse(1);
    return {
      script: command(script, { kind: 'operator-command', command: ban }),
      about: peerAt(1),
    };
  },
  incompatible: () => {
    const script = started({ seeds: [1] });
    script.answer(1, { chainId: 'another' });
    return { script, about: peerAt(1) };
  },
  dialing: () => ({ script: started({ seeds: [1] }), about: peerAt(1) }),
  outage: () => {
    const script = started({ stored: [1, 2, 3, 4, 5, 6, 7, 8] });
    for (let i = 1; i <= 8; i += 1) {
      script.feed({ kind: 'dial-failed', connectionId: script.dialOf(i), failure: 'dial-timeout' });
    }
    script.runTo(40_000);
    return { script, about: peerAt(1) };
  },
  backoff: () => {
    const script = started({ seeds: [1, 2] });
    script.answer(2);
    script.refuse(1);
    return { script, about: peerAt(1) };
  },
  quarantined: () => {
    const script = started({ seeds: [1, 2] });
    const [lost, friend] = [script.answer(1), script.answer(2)];
    const live = (ms: number): void => {
      for (const until = script.now + ms; script.now < until;) {
        for (const id of [lost, friend]) {
          const nonce = script.lastPing(id);
          if (nonce !== undefined) script.send(id, { type: 'pong', body: { nonce } });
        }
        script.runTo(script.now + 1_000);
      }
    };
    live(DEFAULT_LIMITS.provenAfterMs + 5_000);
    script.feed({ kind: 'connection-closed', connectionId: lost, reason: 'connection-reset' });
    for (let turn = 0; turn < 60 && script.book()[0]?.state !== 'quarantined'; turn += 1) {
      const before = script.of('dial').length;
      live(60_000);
      if (script.of('dial').length > before) script.refuse(1);
    }
    return { script, about: peerAt(1) };
  },
  'peer-was-full': () => {
    const script = started({ seeds: [1, 2] });
    script.answer(2);
    const id = script.answer(1);
    const reason = WIRE_REASONS['too-many-peers'];
    script.send(id, {
      type: 'disconnect',
      body: { reason, detail: '', retryAfterSeconds: 0, redirect: [] },
    });
    return { script, about: peerAt(1) };
  },
  'node-connected-elsewhere': () => {
    const script = started({ seeds: [1, 2] });
    script.answer(1);
    script.answerAt(1, script.dialOf(2), peerAt(2));
    return { script, about: peerAt(2) };
  },
  'group-taken': () => {
    const pair = [9, 10].map((i) => peerAddressOfIp(Uint8Array.of(20, 2, i, 1), 7071));
    const script = told([...pair, publicPeerAt(3), publicPeerAt(4)], {
      outboundMin: 1,
      outboundMax: 3,
    });
    const ofPair = () =>
      script.of('dial').find(({ endpoint }) => pair.some(({ key }) => key === endpoint.key));
    while (ofPair() === undefined && script.now < 20_000) script.runTo(script.now + 100);
    const dial = ofPair();
    if (dial !== undefined) script.answerAt(2, dial.connectionId, dial.endpoint);
    for (const i of [3, 4]) if (script.dialled().includes(publicPeerAt(i).key)) script.refuse(i);
    const about = pair.find(({ key }) => !script.dialled().includes(key));
    return { script, about: about as PeerAddress };
  },
  'host-dialled-lately': () => {
    const host = Uint8Array.of(20, 2, 0, 1);
    const { script, second } = firstDialled([
      peerAddressOfIp(host, 7071),
      peerAddressOfIp(host, 7072),
    ]);
    return { script, about: second };
  },
  'slots-full': () => {
    const script = told([publicPeerAt(2)], { outboundMax: 1, outboundMin: 1 });
    return { script, about: publicPeerAt(2) };
  },
  'seeds-not-needed': () => {
    const script = started({ stored: [2], seeds: [1] });
    script.answer(2);
    return { script, about: peerAt(1) };
  },
  draining: () => {
    const script = started({ seeds: [1, 2] });
    script.answer(2);
    const id = script.answer(1);
    const reason = WIRE_REASONS['shutting-down'];
    script.send(id, {
      type: 'disconnect',
      body: { reason, detail: '', retryAfterSeconds: 0, redirect: [] },
    });
    return { script, about: peerAt(1) };
  },
  'next-in-line': () => {
    const script = told([publicPeerAt(2)]);
    return { script, about: publicPeerAt(2) };
  },
};

describe('why an address is not connected', () => {
  it.each(WHY_NOT_CODES)('%s', (code) => {
    const { script, about } = STORIES[code]();
    const entry = script.book().find(({ address }) => address === about.key);
    expect(entry?.whyNot).toBe(code);
  });

  it('has a story for each code', () => {
    expect(Object.keys(STORIES).sort()).toEqual([...WHY_NOT_CODES].sort());
    expect(DEFAULT_LIMITS.outboundMin).toBe(8);
  });
});
