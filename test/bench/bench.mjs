// `npm run bench`: ratios against bare servers and js-libp2p in the same run, and absolute figures with their bars.
import { cpus } from 'node:os';
import { benchHandshakes, benchMemory } from './handshakes.mjs';
import { benchIdle } from './idle.mjs';
import { benchLibp2p } from './libp2p.mjs';
import { benchMesh } from './mesh.mjs';
import { benchSecure, benchSecureMemory } from './secure.mjs';
import { benchThroughput } from './throughput.mjs';

const parts = {
  benchMesh,
  benchHandshakes,
  benchMemory,
  benchSecure,
  benchSecureMemory,
  benchThroughput,
  benchLibp2p,
  benchIdle,
};
/** `npm run bench -- benchSecure` runs that part alone. */
const wanted = process.argv.slice(2);
const rows = [];
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await part()));
}

console.log(
  `\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpus()[0].model}\n`,
);
console.log('| measured | figure | ratio | bar | |\n|---|---|---|---|---|');
for (const { what, figure, ratio, bar, ok, isSkipped } of rows) {
  const verdict = ok ? 'met' : 'MISSED';
  console.log(
    `| ${what} | ${figure} | ${ratio?.toFixed(2) ?? ''} | ${bar} | ${isSkipped ? '' : verdict} |`,
  );
}
process.exit(rows.every((row) => row.ok || row.bar.startsWith('goal')) ? 0 : 1);
