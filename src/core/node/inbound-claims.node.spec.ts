import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import { parseIpv4 } from '../support/ip-address.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';

const { claimIntervalMs, claimsPerGroupMax, hearsayDialIntervalMs } = DEFAULT_LIMITS;
type Options = ConstructorParameters<typeof NodeScript>[0];

function started(options: Options = {}): NodeScript {
  const script = new NodeScript({ peerAt: publicPeerAt, ...options });
  script.runTo(10);
  return script;
}

const STEP_MS = 10;
/** Runs step by step, and notes when each new dial went out. */
function dialTimes(script: NodeScript, until: number): number[] {
  const times: number[] = [];
  for (let seen = script.of('dial').length; script.now < until;) {
    script.runTo(script.now + STEP_MS);
    const dials = script.of('dial').slice(seen);
    seen += dials.length;
    for (const { connectionId } of dials) {
      times.push(script.now);
      script.feed({ kind: 'dial-failed', connectionId, failure: 'connection-refused' });
    }
  }
  return times;
}

const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((at, i) => at - (times[i] as number));
const claim = (script: NodeScript, i: number, address: string): void => {
  script.accept(i, { listenAddresses: [address] });
};
const limitsHit = (script: NodeScript): string[] =>
  script.events('limit-hit').map(({ limit }) => limit);
/** No dials but those that claims cause. */
const NO_PLAN = { outboundMin: 0, outboundMax: 0, feelerIntervalMs: Infinity } as const;

describe('claims of public addresses in one group', () => {
  it('have one feeler each two seconds; beyond those that wait they are only heard of', () => {
    const script = started({ limits: { ...NO_PLAN, feelerScarceIntervalMs: Infinity } });
    for (let i = 1; i <= 12; i += 1) claim(script, i, `40.1.2.${i}:7071`);
    const times = dialTimes(script, 30_000);
    expect(times).toHaveLength(claimsPerGroupMax);
    expect(Math.min(...gaps(times))).toBeGreaterThanOrEqual(claimIntervalMs - STEP_MS);
    expect(limitsHit(script)).toEqual(Array(4).fill('inbound-claims'));
    expect(script.book()).toHaveLength(12);
  });

  it('keep none of another group waiting', () => {
    const script = started({ limits: NO_PLAN });
    for (let i = 1; i <= 4; i += 1) claim(script, i, `40.1.2.${i}:7071`);
    claim(script, 5, '41.1.2.5:7071');
    script.runTo(1_000);
    expect(script.dialled()).toEqual(['40.1.2.1:7071', '41.1.2.5:7071']);
  });

  it('that are names count with the group of the claimant', () => {
    const script = started({ limits: NO_PLAN });
    for (const name of ['a', 'b', 'c']) claim(script, 1, `${name}.example.org:7071`);
    script.runTo(1_000);
    expect(script.of('resolve-host')).toHaveLength(1);
  });
});

it('claims inside a network do not wait for each other', () => {
  const script = new NodeScript({ limits: NO_PLAN });
  script.runTo(10);
  for (let i = 1; i <= 12; i += 1) claim(script, i, `10.1.2.${i}:7071`);
  script.runTo(1_000);
  expect(script.dialled()).toHaveLength(12);
});

describe('an address that is verified for one node', () => {
  const victim = publicPeerAt(9);
  const dialsOf = (script: NodeScript): number =>
    script.dialled().filter((key) => key === victim.key).length;

  /** Its node has come, was verified and has gone with a goodbye. */
  function verified(): NodeScript {
    const script = started({ limits: NO_PLAN });
    const id = script.accept(9, { listenAddresses: [victim.key] });
    script.runTo(100);
    script.answer(9);
    const reason = WIRE_REASONS['shutting-down'];
    const body = { reason, detail: '', retryAfterSeconds: 0, redirect: [] };
    script.send(id, { type: 'disconnect', body });
    return script;
  }

  it('is not dialled again and again because strangers claim it', () => {
    const script = verified();
    for (let i = 300; script.now < 2 * hearsayDialIntervalMs + 2_000; i += 1) {
      const before = dialsOf(script);
      const id = script.accept(i, { listenAddresses: [victim.key] });
      script.runTo(script.now + 500);
      if (dialsOf(script) > before) script.answer(9, { connectionNonce: BigInt(i) });
      script.feed({ kind: 'connection-closed', connectionId: id, reason: 'remote-closed' });
    }
    expect(dialsOf(script)).toBe(3);
  });

  it('is not dialled again and again because somebody comes and goes under its unproven key', () => {
    const script = verified();
    for (let turn = 0; turn < 20; turn += 1) {
      const id = script.accept(9, { listenAddresses: [victim.key] });
      script.runTo(script.now + 500);
      script.feed({ kind: 'connection-closed', connectionId: id, reason: 'connection-reset' });
      script.runTo(script.now + 500);
    }
    expect(dialsOf(script)).toBe(1);
    script.runTo(20 + hearsayDialIntervalMs + 2_000);
    expect(dialsOf(script)).toBe(2);
  });
});

describe('a banned host', () => {
  const host = '77.7.7.7';
  function banning(): NodeScript {
    const script = started();
    const subject = { kind: 'host', host } as const;
    const command = { kind: 'ban', subject, durationMs: 3_600_000, reason: 'x' } as const;
    script.feed({ kind: 'operator-command', command });
    return script;
  }
  const refused = (script: NodeScript): string[] =>
    script.events('address-refused').map(({ address, reason }) => `${address} ${reason}`);

  it('is not dialled for a claim', () => {
    const script = banning();
    claim(script, 1, `${host}:7071`);
    script.runTo(5_000);
    expect(script.dialled()).toEqual([]);
    expect(refused(script)).toEqual([`${host}:7071 banned`]);
    expect(script.book()).toEqual([]);
  });

  it('is not dialled behind a name', () => {
    const script = banning();
    claim(script, 1, 'p.example.org:7071');
    script.runTo(1_000);
    const [request] = script.of('resolve-host');
    if (request === undefined) throw new Error('no name was asked for');
    const addresses = [parseIpv4(host) as Uint8Array];
    script.feed({ kind: 'host-resolved', requestId: request.requestId, addresses });
    script.runTo(2_000);
    expect(script.dialled()).toEqual([]);
    expect(refused(script)).toEqual([`${host}:7071 banned`]);
  });
});
