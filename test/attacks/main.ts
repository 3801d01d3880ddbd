// Attacks a node, one class of attacks after the other, and prints one JSON object per class on standard
// output and the table on standard error. Runs inside a network namespace in which every address is the machine's own:
// node --import ./test/support/run-typescript.mjs test/attacks/main.ts short|full [TITLE]
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DialCounter } from '../support/dial-counter.ts';
import { ATTACK_PLANS } from './attack-plans.ts';
import { AttackRun, type AttackPlan, type AttackResult, type Durations } from './attack-run.ts';
import { StoredPeers } from './stored-peers.ts';

const run = promisify(execFile);
const SHORT: Durations = { isFull: false, calmMs: 3_000, attackMs: 6_000, settleMs: 3_000 };
const FULL: Durations = { isFull: true, calmMs: 15_000, attackMs: 60_000, settleMs: 120_000 };

const COUNTER_OUTPUT_BYTES_MAX = 16_777_216;

function table({ title, figures, findings, limitHits }: AttackResult): string {
  const rows = figures.map(
    ({ figure, measured, bound, ok }) =>
      `| ${title} | ${figure} | ${measured} | ${bound} | ${ok ? 'ok' : 'BROKEN'} |`,
  );
  const did = Object.entries(findings).map(
    ([name, found]) => `${name} ${JSON.stringify(found.did)}`,
  );
  return [...rows, `  ${did.join(' ')}`, `  limits hit: ${JSON.stringify(limitHits)}`, ''].join(
    '\n',
  );
}

const [form = 'short', title = ''] = process.argv.slice(2);
const durations = form === 'full' ? FULL : SHORT;
const peers = await StoredPeers.listen();
/** In the short form a class in which nothing but times was wrong gets a second chance, and is told twice. */
async function attack(plan: AttackPlan): Promise<AttackResult> {
  const result = await new AttackRun(plan, durations, peers, dials).run();
  const broken = result.figures.filter(({ ok }) => !ok);
  const isWorthAnother = broken.length > 0 && broken.every(({ isTime }) => isTime === true);
  if (durations.isFull || !isWorthAnother) return result;
  process.stderr.write(table(result));
  return await new AttackRun(plan, durations, peers, dials).run();
}
const exec = async (program: string, ...words: string[]): Promise<string> =>
  (await run(program, words, { maxBuffer: COUNTER_OUTPUT_BYTES_MAX })).stdout;
const dials = await DialCounter.start({ exec });
process.stderr.write('| attack | figure | measured | bound | |\n|---|---|---|---|---|\n');
for (const plan of ATTACK_PLANS.filter((each) => each.title.includes(title))) {
  const result = await attack(plan);
  process.stderr.write(table(result));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
await peers.close();
