// The violations that check-locks plants, one for each rule.
import { PACKAGE_LOCKS } from './package-locks.mjs';

const core = (name) => `src/core/support/planted-${name}.ts`;
const constant = (value) => `export const planted = ${value};\n`;
const lines = (count, line) => Array.from({ length: count }, line).join('\n');
const longFunction = `export function planted(): number {\n  let sum = 0;\n${lines(57, () => '  sum += 1;')}\n  return sum;\n}\n`;
const branches = lines(10, (_, i) => `  if (n === ${i}) return ${i};`);
const nested = 'if (n > 1) { if (n > 2) { if (n > 3) { if (n > 4) return 1; } } }';

/**
 * Each: what is broken, the check that must see it, the text to plant by file, and the line that the
 * check must print. A row without files relies on a file of a row above.
 */
export const LOCKS = [
  [
    'Date.now in the core',
    'lint',
    { [core('date')]: constant('Date.now()') },
    /support\/planted-date.*'Date'/,
  ],
  [
    'new Date in the simulation',
    'lint',
    { 'src/simulation/planted-date.ts': constant('new Date()') },
    /simulation\/planted-date.*'Date'/,
  ],
  [
    'setTimeout in the core',
    'lint',
    { [core('timer')]: constant('setTimeout(() => 1, 1)') },
    /planted-timer.*'setTimeout'/,
  ],
  [
    'process in the core',
    'lint',
    { [core('process')]: constant('process.pid') },
    /planted-process.*'process'/,
  ],
  [
    'Buffer in the core',
    'lint',
    { [core('buffer')]: constant('Buffer.alloc(1)') },
    /planted-buffer.*'Buffer'/,
  ],
  [
    'console in the core',
    'lint',
    { [core('console')]: 'console.log(1);\n' },
    /planted-console.*no-console/,
  ],
  [
    'globalThis in the core',
    'lint',
    { [core('global')]: constant("globalThis['Date']") },
    /planted-global.*'globalThis'/,
  ],
  [
    'Math.random in the core',
    'lint',
    { [core('random')]: constant('Math.random()') },
    /planted-random.*Math\.random/,
  ],
  [
    'a promise in the core',
    'lint',
    { [core('promise')]: constant('Promise.resolve(1)') },
    /planted-promise.*'Promise'/,
  ],
  [
    'an async function in the core',
    'lint',
    { [core('async')]: 'export async function planted() {}\n' },
    /planted-async.*no-async-await/,
  ],
  [
    'node:fs imported in the core',
    'lint',
    { [core('fs')]: "import { statSync } from 'node:fs';\nexport const planted = statSync;\n" },
    /planted-fs.*no-restricted-imports/,
  ],
  [
    'an `any`',
    'lint',
    { 'src/http/planted-any.ts': 'export const planted = (x: any): unknown => x;\n' },
    /planted-any.*no-explicit-any/,
  ],
  [
    'a floating promise',
    'lint',
    {
      'src/http/planted-floating.ts':
        'export function planted(p: Promise<void>): void {\n  p.then();\n}\n',
    },
    /planted-floating.*no-floating-promises/,
  ],
  [
    'a missing case in a switch',
    'lint',
    {
      'src/http/planted-switch.ts':
        "export function planted(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}\n",
    },
    /planted-switch.*switch-exhaustiveness/,
  ],
  [
    'an empty catch',
    'lint',
    {
      'src/http/planted-catch.ts':
        'export function planted(f: () => void): void {\n  try {\n    f();\n  } catch {}\n}\n',
    },
    /planted-catch.*no-empty/,
  ],
  [
    'a thrown string',
    'lint',
    { 'src/http/planted-throw.ts': "export function planted(): never {\n  throw 'no';\n}\n" },
    /planted-throw.*only-throw-error/,
  ],
  [
    'a TODO',
    'lint',
    { 'src/http/planted-note.ts': `// ${'TODO'}: later\n${constant(1)}` },
    /planted-note.*no-warning-comments/,
  ],
  [
    'a skipped test',
    'lint',
    { 'src/http/planted-skip.spec.ts': "it.skip('x', () => {\n  expect(1).toBe(1);\n});\n" },
    /planted-skip.*no-disabled-tests/,
  ],
  [
    'a file of 301 lines',
    'lint',
    { 'src/http/planted-lines.ts': `${lines(301, (_, i) => `export const c${i} = ${i};`)}\n` },
    /planted-lines.*max-lines/,
  ],
  [
    'a function of 61 lines',
    'lint',
    { 'src/http/planted-function.ts': longFunction },
    /planted-function.*max-lines-per-function/,
  ],
  [
    'complexity 11',
    'lint',
    {
      'src/http/planted-complex.ts': `export function planted(n: number): number {\n${branches}\n  return n;\n}\n`,
    },
    /planted-complex.*complexity/,
  ],
  [
    'five parameters',
    'lint',
    {
      'src/http/planted-params.ts':
        'export const planted = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;\n',
    },
    /planted-params.*max-params/,
  ],
  [
    'four levels of nesting',
    'lint',
    {
      'src/http/planted-depth.ts': `export function planted(n: number): number {\n  ${nested}\n  return 0;\n}\n`,
    },
    /planted-depth.*max-depth/,
  ],
  [
    'a default export',
    'lint',
    { 'src/http/planted-default.ts': 'export default 1;\n' },
    /planted-default.*no-default-export/,
  ],

  [
    'core imports runtime',
    'boundaries',
    {
      [core('upward')]:
        "import type { RunningNode } from '../../runtime/running-node.ts';\nexport type Planted = RunningNode;\n",
    },
    /table-core(-support)?: .*planted-upward/,
  ],
  [
    'core/session imports core/node',
    'boundaries',
    {
      'src/core/session/planted-sideways.ts':
        "import type { NodeInput } from '../node/inputs.ts';\nexport type Planted = NodeInput;\n",
    },
    /table-core-session: .*planted-sideways/,
  ],
  ['core imports node:fs', 'boundaries', {}, /core-without-builtins: .*planted-fs/],
  [
    'core imports a package',
    'boundaries',
    { [core('package')]: "import { Subject } from 'rxjs';\nexport const planted = Subject;\n" },
    /core-without-packages: .*planted-package/,
  ],
  [
    'core/wire imports another package',
    'boundaries',
    {
      'src/core/wire/planted-package.ts':
        "import { Subject } from 'rxjs';\nexport const planted = Subject;\n",
    },
    /wire-only-protobuf: .*planted-package/,
  ],
  [
    'simulation imports runtime',
    'boundaries',
    {
      'src/simulation/planted-upward.ts':
        "import type { RunningNode } from '../runtime/running-node.ts';\nexport type Planted = RunningNode;\n",
    },
    /table-simulation: .*planted-upward/,
  ],
  [
    'http imports persistence',
    'boundaries',
    {
      'src/persistence/planted.ts': constant(1),
      'src/http/planted-store.ts': "export { planted } from '../persistence/planted.ts';\n",
    },
    /table-http: .*planted-store/,
  ],
  [
    'a transport that loads Nest',
    'boundaries',
    {
      'src/transport/planted-nest.ts':
        "import { Logger } from '@nestjs/common';\nexport const planted = Logger;\n",
    },
    /nest-only-at-the-edges: .*planted-nest/,
  ],
  [
    'a cycle',
    'boundaries',
    {
      'src/http/planted-a.ts':
        "import { b } from './planted-b.ts';\nexport const a = (): unknown => b;\n",
      'src/http/planted-b.ts':
        "import { a } from './planted-a.ts';\nexport const b = (): unknown => a;\n",
    },
    /no-cycle: .*planted-[ab]/,
  ],
  [
    'a barrel',
    'boundaries',
    { 'src/http/index.ts': "export * from './planted-a.ts';\n" },
    /no-barrel: src\/http\/index/,
  ],
  [
    'a part that imports the application',
    'boundaries',
    {
      'src/app.module.ts': '\n',
      'src/http/planted-root.ts':
        "import * as root from '../app.module.ts';\nexport const planted = root;\n",
    },
    /app-module-is-the-root: .*planted-root/,
  ],

  [
    'a wrong type',
    'types',
    { 'src/http/planted-type.ts': "export const planted: number = 'one';\n" },
    /planted-type\.ts.*TS2322/,
  ],
  [
    'an unchecked index',
    'types',
    {
      'src/http/planted-index.ts': 'export const planted = (list: string[]): string => list[0];\n',
    },
    /planted-index\.ts.*TS2322/,
  ],
  ['Node types in the core', 'core-purity', {}, /planted-buffer\.ts.*TS(2304|2580|2591)/],
  ['node:fs in the core', 'core-purity', {}, /planted-fs\.ts.*TS(2307|2591)/],
  [
    'an unformatted file',
    'format',
    { 'src/http/planted-format.ts': 'export const planted   =   "x"\n' },
    /planted-format/,
  ],
  [
    'an unused export',
    'dead-code',
    {
      'src/http/planted-exports.ts': 'export const used = 1;\nexport const plantedUnused = 2;\n',
      'src/http/planted-exports.spec.ts':
        "import { used } from './planted-exports.ts';\n\nit('reads it', () => expect(used).toBe(1));\n",
    },
    /plantedUnused/,
  ],
  ['an unused file', 'dead-code', {}, /planted-type\.ts/],
  ...PACKAGE_LOCKS,
];
