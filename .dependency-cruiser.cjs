// The import table of docs/architecture.md, as rules. Specs are left out: they may join what they test.

/** What of the core the edges may see: vocabulary and pure value types, never the machine itself. */
const CORE_CONTRACTS = [
  'support/.+',
  'wire/(message|generated/p2p)',
  'session/(reasons|connection)',
  'address-book/(address-entry|stored-documents|stored-peer|vocabulary)',
  'connectivity/(seed-source|ban-subject)',
  'announcements/(announcement|block-hash)',
  'node/(inputs|effects|events|views|node-options)',
].map((path) => `^src/core/${path}\\.ts$`);

const VISION_ERROR = '^src/support/';
const NEST_TOKENS = '\\.module\\.ts$';

/** One row of the table: files in `folder` import nothing of ours but their own folder and `allowed`. */
function row(folder, allowed, comment) {
  return {
    name: `table-${folder.replaceAll('/', '-')}`,
    severity: 'error',
    comment: comment ?? `src/${folder} may import only what the import table gives it.`,
    from: { path: `^src/${folder}/` },
    to: { path: '^src/', pathNot: [`^src/${folder}/`, ...allowed] },
  };
}

/** A row for an edge: its Nest module may also read tokens of other modules, since it wires them. */
function edgeRows(folder, allowed, moduleAllowed) {
  const whole = row(folder, allowed);
  const inModule = row(folder, [...allowed, ...moduleAllowed]);
  return [
    { ...whole, from: { ...whole.from, pathNot: NEST_TOKENS } },
    {
      ...inModule,
      name: `${inModule.name}-module`,
      from: { path: `^src/${folder}/.*${NEST_TOKENS}` },
    },
  ];
}

const PORTS = '^src/runtime/ports/';
const RUNNING_NODE = '^src/runtime/running-node\\.ts$';
const CONFIG_TYPES = '^src/config/node-config\\.ts$';
const CONFIG_TOKEN = '^src/config/config\\.module\\.ts$';
const FACADE = '^src/discovery/';
const edge = [PORTS, VISION_ERROR, ...CORE_CONTRACTS];
const operatorSurface = [RUNNING_NODE, FACADE, CONFIG_TYPES, VISION_ERROR, ...CORE_CONTRACTS];
const operatorTokens = [CONFIG_TOKEN, '^src/logging/'];

const table = [
  row('core/support', []),
  row('core/wire', ['^src/core/support/']),
  row('core/session', ['^src/core/(wire|support)/']),
  // The book remembers why a dial or a connection ended: the codes of session/reasons.ts.
  row('core/address-book', ['^src/core/(wire|support)/', '^src/core/session/reasons\\.ts$']),
  row('core/exchange', ['^src/core/(address-book|session|wire|support)/']),
  row('core/connectivity', ['^src/core/(address-book|session|wire|support)/']),
  row('core/announcements', ['^src/core/(address-book|session|wire|support)/']),
  row('core/node', ['^src/core/']),
  row('core', [], 'The core knows nothing of the rest.'),
  row('simulation', ['^src/core/']),
  row('support', []),
  row('runtime', ['^src/core/', VISION_ERROR]),
  row('chain', edge),
  ...edgeRows('transport', edge, [CONFIG_TYPES, CONFIG_TOKEN]),
  ...edgeRows('handshake', edge, [CONFIG_TYPES, CONFIG_TOKEN]),
  ...edgeRows(
    'persistence',
    [...edge, CONFIG_TYPES],
    [...operatorTokens, '^src/handshake/(handshake\\.module|local-identity)\\.ts$'],
  ),
  row('config', [VISION_ERROR, ...CORE_CONTRACTS]),
  ...edgeRows(
    'discovery',
    ['^src/core/', '^src/runtime/', '^src/config/', VISION_ERROR],
    ['^src/chain/', '^src/logging/', `^src/(transport|handshake|persistence)/.*${NEST_TOKENS}`],
  ),
  ...edgeRows('http', operatorSurface, operatorTokens),
  ...edgeRows('health', operatorSurface, operatorTokens),
  ...edgeRows('metrics', operatorSurface, operatorTokens),
  ...edgeRows('logging', operatorSurface, operatorTokens),
  row('cli', [
    '^src/(config|simulation|logging)/',
    '^src/core/wire/',
    '^src/app\\.module\\.ts$',
    VISION_ERROR,
    ...CORE_CONTRACTS,
  ]),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...table,
    {
      name: 'no-cycle',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-barrel',
      severity: 'error',
      comment: 'Import from the file that defines; only the two public entry points re-export.',
      from: { path: '^src/', pathNot: '^src/(core/)?index\\.ts$' },
      to: { dependencyTypes: ['export'] },
    },
    {
      name: 'no-index-import',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '/index\\.ts$' },
    },
    {
      name: 'app-module-is-the-root',
      severity: 'error',
      comment: 'The composition root is started, never imported for a part of it.',
      from: { path: '^src/', pathNot: '^src/(main|cli/run[a-z-]*)\\.ts$' },
      to: { path: '^src/app\\.module\\.ts$' },
    },
    {
      name: 'only-roots-join',
      severity: 'error',
      comment: 'Nothing below the composition roots imports one of them.',
      from: { path: '^src/', pathNot: '^src/(main|index|app\\.module|create-node)\\.ts$' },
      to: { path: '^src/(main|index|create-node)\\.ts$' },
    },
    {
      name: 'core-without-builtins',
      severity: 'error',
      from: { path: '^src/(core|simulation)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-without-packages',
      severity: 'error',
      comment: 'The core has one dependency, the protobuf runtime, and only core/wire sees it.',
      from: { path: '^src/(core|simulation)/', pathNot: '^src/core/wire/' },
      to: { path: 'node_modules/' },
    },
    {
      name: 'wire-only-protobuf',
      severity: 'error',
      from: { path: '^src/core/wire/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/@bufbuild/protobuf/' },
    },
    {
      name: 'nest-only-at-the-edges',
      severity: 'error',
      comment: 'createNode() runs without Nest: what it needs must not load it.',
      from: {
        path: '^src/(runtime|chain|support|create-node|index|transport|handshake|persistence|cli)',
        pathNot: NEST_TOKENS,
      },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
