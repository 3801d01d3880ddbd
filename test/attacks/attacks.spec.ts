import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { ATTACK_PLANS } from './attack-plans.ts';
import type { AttackResult } from './attack-run.ts';
import { describeInNamespaces, NetworkNamespace } from '../support/network-namespace.ts';

const isFull = process.env['VISION_ATTACKS'] === 'full';
jest.setTimeout(isFull ? 3_600_000 : 300_000);

/** In which every address is the machine's own, so that nothing of an attack leaves it. */
async function attackAll(): Promise<AttackResult[]> {
  const namespace = await NetworkNamespace.create();
  try {
    await namespace.ownEverything();
    const loader = resolve('test/support/run-typescript.mjs');
    const words = ['--import', loader, resolve('test/attacks/main.ts'), isFull ? 'full' : 'short'];
    const [program = '', ...args] = [
      ...namespace.launcher,
      ...['env', `--chdir=${process.cwd()}`, process.execPath, ...words],
    ];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(child, 'close');
    const lines = text.split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as AttackResult);
  } finally {
    await namespace.remove();
  }
}

describeInNamespaces('a node with eight honest peers and a thousand stored ones', () => {
  let results: AttackResult[] = [];

  beforeAll(async () => {
    results = await attackAll();
  });

  it.each(ATTACK_PLANS.map(({ title }) => title))('keeps its promises under %s', (title) => {
    const result = results.find((each) => each.title === title);
    expect(result).toBeDefined();
    expect(result?.figures.filter(({ ok }) => !ok)).toEqual([]);
    for (const { did } of Object.values(result?.findings ?? {})) {
      // An attack that did nothing would show nothing.
      expect(Object.values(did).some((count) => count > 0)).toBe(true);
    }
  });
});
