import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import type { NodeEffect } from './effects.ts';
import type { PeerNodeOptions } from './node-options.ts';
import { parseSeedSource } from '../connectivity/seed-source.ts';
import type { ConnectionId } from '../support/brand.ts';
import { parseIpv4 } from '../support/ip-address.ts';

const HOST = '66.6.6.6';
const HOST_IP = parseIpv4(HOST) as Uint8Array;
/** Each in a domain of its own. */
const NAMES = Array.from({ length: 60 }, (_, i) => `n.evil${i}.org:7071`);

/** A network: honest peers under their own addresses, and one host behind all names. */
class Scene {
  readonly node: NodeScript;
  private nextKey = 5_000;
  private seen = 0;
  private readonly pongs = new Map<ConnectionId, bigint>();
  private readonly outbound = new Set<ConnectionId>();

  constructor(
    private readonly honest: number,
    network: Partial<Pick<PeerNodeOptions, 'seeds'>> = {},
  ) {
    const seeds = network.seeds === undefined ? { seeds: [0] } : { network };
    this.node = new NodeScript({ peerAt: publicPeerAt, ...seeds });
  }

  run(toMs: number): void {
    for (let at = this.node.now + 100; at <= toMs; at += 100) {
      this.node.runTo(at);
      for (let work = this.work(); work.length > 0; work = this.work()) {
        for (const job of work) job();
      }
      this.answerPings();
    }
  }

  /** Outbound connections that hold a slot, to the one host and in all. */
  slots(): { readonly host: number; readonly all: number } {
    const held = this.node
      .connections()
      .filter(({ direction, class: of }) => direction === 'outbound' && of !== 'feeler');
    return { host: held.filter(({ remote }) => remote.startsWith(HOST)).length, all: held.length };
  }

  private work(): (() => void)[] {
    const { node } = this;
    const fresh = node.effects.slice(this.seen);
    this.seen = node.effects.length;
    return fresh.flatMap((effect) => {
      if (effect.kind === 'resolve-host') {
        const { requestId } = effect;
        return [() => node.feed({ kind: 'host-resolved', requestId, addresses: [HOST_IP] })];
      }
      if (effect.kind === 'dial') return [() => this.answer(effect)];
      const isQuestion = effect.kind === 'send' && effect.bytes[4] === 0x10;
      return isQuestion ? [() => this.list(effect.connectionId)] : [];
    });
  }

  private answer(dial: Extract<NodeEffect, { kind: 'dial' }>): void {
    const { connectionId, endpoint } = dial;
    this.outbound.add(connectionId);
    const honest = Array.from({ length: this.honest }, (_, i) => i);
    const known = honest.find((i) => publicPeerAt(i).key === endpoint.key);
    const key = known ?? (this.nextKey += 1);
    const connectionNonce = BigInt(connectionId);
    this.node.answerAt(key, connectionId, endpoint, { connectionNonce });
  }

  private list(id: ConnectionId): void {
    const honest = Array.from({ length: this.honest }, (_, i) => publicPeerAt(i).key as string);
    const peers = [...NAMES, ...honest].slice(0, 100);
    this.node.send(id, { type: 'peer-list', body: { peers, records: [] } });
  }

  private answerPings(): void {
    for (const id of this.outbound) {
      const nonce = this.node.lastPing(id);
      if (nonce === undefined || this.pongs.get(id) === nonce) continue;
      this.pongs.set(id, nonce);
      this.node.send(id, { type: 'pong', body: { nonce } });
    }
  }
}

describe('one host behind names of sixty domains', () => {
  it('gets one outbound slot beside twenty honest peers', () => {
    const scene = new Scene(20);
    scene.run(300_000);
    expect(scene.slots().all).toBeGreaterThanOrEqual(8);
    expect(scene.slots().host).toBeLessThanOrEqual(1);
    const outcomes = scene.node.events('dial-finished').map(({ outcome }) => outcome);
    expect(outcomes).toContain('group-taken');
    const reasons = new Set(scene.node.book().map(({ lastReason }) => lastReason));
    expect(reasons).toContain('group-taken');
  });

  it('fills the minimum, and no more, when nobody else is there', () => {
    const scene = new Scene(1);
    scene.run(300_000);
    expect(scene.slots()).toEqual({ host: 7, all: 8 });
  });

  it('is dialled under every name that the operator wrote', () => {
    const seeds = NAMES.slice(0, 6).map((text) => {
      const seed = parseSeedSource(text);
      if (!seed.ok) throw new Error(text);
      return seed.source;
    });
    const scene = new Scene(0, { seeds });
    scene.run(3_000);
    expect(scene.slots().host).toBeGreaterThanOrEqual(6);
  });
});
