import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdversaryName } from '../support/adversaries/adversaries.ts';
import type { Findings, Target } from '../support/adversaries/adversary.ts';
import { DialCounter } from '../support/dial-counter.ts';
import { eventually } from '../support/eventually.ts';
import { forbiddenAddresses } from '../support/forbidden-addresses.ts';
import { NodeProcess } from '../support/node-process.ts';
import { AttackProcess } from './attack-process.ts';
import { HONEST_COUNT, HonestPeers } from './honest-peers.ts';
import { figuresOf, type Figure, type Seen } from './invariants.ts';
import { STORED_COUNT, type StoredPeers } from './stored-peers.ts';
import { descriptorsOf, residentBytesOf, Watch } from './watch.ts';

const NODE = '21.0.0.1';
const HTTP_PORT = 7_070;
/** As a container of 256 MiB would have it. */
const HEAP_MIB = 192;
const DESCRIPTORS_APART = 4;
const DESCRIPTORS_WITHIN_MS = 30_000;
const OUTBOUND_MIN = 8;

export interface AttackPlan {
  readonly title: string;
  readonly security: 'plain' | 'tls';
  readonly adversaries: readonly AdversaryName[];
}

export interface Durations {
  readonly isFull: boolean;
  readonly calmMs: number;
  readonly attackMs: number;
  readonly settleMs: number;
}

export interface AttackResult {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly findings: Readonly<Record<string, Findings>>;
  readonly limitHits: Readonly<Record<string, number>>;
}

/** One node of its own under one attack, and what it was like before, during and after. */
export class AttackRun {
  private readonly honest = new HonestPeers();
  private readonly target: Target;

  constructor(
    private readonly plan: AttackPlan,
    private readonly durations: Durations,
    private readonly peers: StoredPeers,
    private readonly dials: DialCounter,
  ) {
    this.target = {
      host: NODE,
      p2pPort: HTTP_PORT + 1,
      httpPort: HTTP_PORT,
      opsPort: HTTP_PORT + 2,
      security: plan.security,
      honestKeys: this.honest.keys,
    };
  }

  async run(): Promise<AttackResult> {
    const node = await NodeProcess.create({
      httpPort: HTTP_PORT,
      security: this.plan.security,
      args: ['--host', NODE, '--advertise', `${NODE}:${HTTP_PORT + 1}`],
      environment: {
        NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
        VISION_HTTP_OPS_TOKEN_FILE: 'token',
      },
    });
    try {
      writeFileSync(join(node.directory, 'token'), randomUUID());
      const dataDir = join(node.directory, `vision_data_${HTTP_PORT}`);
      await this.peers.writeTo(dataDir, this.plan.security === 'tls');
      await node.start();
      await this.honest.join(this.target);
      await eventually(async () => (await this.outboundOf(node)) >= OUTBOUND_MIN, {
        withinMs: 20_000,
        what: `connections to stored peers\n${node.log}`,
      });
      return await this.attack(node);
    } finally {
      this.honest.end();
      await node.dispose();
    }
  }

  private async attack(node: NodeProcess): Promise<AttackResult> {
    const { plan, durations, honest, target } = this;
    const attackers = await AttackProcess.start();
    const before = await watchFor(durations.calmMs, node.pid, target);
    honest.forget();
    const { pid } = node;
    attackers.begin(plan.adversaries, target);
    const during = await watchFor(durations.attackMs, pid, target);
    const waits = [...honest.waits];
    const findings = await attackers.end();
    const after = await this.settled(pid, Math.max(...before.descriptors));
    const seen: Seen = {
      before,
      during,
      honest: {
        waits,
        missedPongs: honest.missedPongs,
        connected: honest.connected,
        count: HONEST_COUNT,
        goodbyes: honest.goodbyes,
      },
      isSameProcess: node.isRunning && node.pid === pid,
      log: node.log,
      after,
      stored: { kept: await this.keptOf(node), count: STORED_COUNT },
      forbidden: await this.forbiddenOf(node),
      broken: Object.entries(findings).flatMap(([name, { broken }]) =>
        broken.map((what) => `${name}: ${what}`),
      ),
      isFull: durations.isFull,
    };
    const limitHits = Object.fromEntries(during.limitHits);
    return { title: plan.title, figures: figuresOf(seen), findings, limitHits };
  }

  private async settled(pid: number, descriptors: number): Promise<Seen['after']> {
    const startedAt = performance.now();
    const isBack = (): boolean => descriptorsOf(pid) <= descriptors + DESCRIPTORS_APART;
    const what = 'descriptors as before';
    await eventually(isBack, { withinMs: DESCRIPTORS_WITHIN_MS, what }).catch(() => undefined);
    const descriptorsMs = performance.now() - startedAt;
    const left = this.durations.settleMs - descriptorsMs;
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    return {
      residentBytes: residentBytesOf(pid),
      settledMs: performance.now() - startedAt,
      descriptorsMs,
      descriptors: descriptorsOf(pid),
    };
  }

  private async outboundOf(node: NodeProcess): Promise<number> {
    const { connections } = await node.get<{ connections: { direction: string }[] }>(
      '/ops/connections',
      this.target.opsPort,
    );
    return connections.filter(({ direction }) => direction === 'outbound').length;
  }

  private async bookOf(node: NodeProcess): Promise<{ address: string; persisted: boolean }[]> {
    const entries: { address: string; persisted: boolean }[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { entries: typeof entries; next_cursor: string | null } = await node.get(
        `/ops/book?limit=1000${query}`,
        this.target.opsPort,
      );
      entries.push(...page.entries);
      cursor = page.next_cursor;
    }
    return entries;
  }

  private async keptOf(node: NodeProcess): Promise<number> {
    const book = await this.bookOf(node);
    const persisted = new Set(book.filter((entry) => entry.persisted).map((e) => e.address));
    return this.peers.addresses.filter((address) => persisted.has(address)).length;
  }

  /** What may not be known, listed or dialled, and was. */
  private async forbiddenOf(node: NodeProcess): Promise<string[]> {
    const forbidden = new Set(forbiddenAddresses());
    const known = (await this.bookOf(node)).map(({ address }) => address);
    const own = `127.0.0.1:${this.target.opsPort}`;
    const dialled = (await this.dials.dialled()).filter((address) => address !== own);
    return [...known, ...(await node.peers()), ...dialled].filter((text) => forbidden.has(text));
  }
}

async function watchFor(ms: number, pid: number, target: Target): Promise<Watch> {
  const watch = new Watch(pid, target);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return await watch.stop();
}
