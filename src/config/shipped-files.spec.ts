import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import type { ConfigKey } from './config-key.ts';
import { variablesOf } from './config-key.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import { loadConfig } from './load-config.ts';

const seedsText = readFileSync('config/seed_peers.toml', 'utf8');
const nodeText = readFileSync('config/node.toml', 'utf8');
const uncommented = nodeText.replace(/^#(?=[a-z_]+ = )/gm, '');

function pathsOf(table: Readonly<Record<string, unknown>>, before = ''): string[] {
  return Object.entries(table).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? pathsOf(value as Record<string, unknown>, `${before}${name}.`)
      : [`${before}${name}`],
  );
}

const keysOf = (file: ConfigKey['file']): string[] =>
  CONFIG_KEYS.filter((key) => key.file === file).map((key) => key.path);

const directory = mkdtempSync(join(tmpdir(), 'vision-node-toml-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the configuration files that are shipped', () => {
  test('seed_peers.toml has exactly the five keys, at their defaults', () => {
    expect(pathsOf(parse(seedsText))).toEqual(keysOf('seed_peers.toml'));
    for (const key of CONFIG_KEYS.filter(({ file }) => file === 'seed_peers.toml')) {
      expect(parse(seedsText)[key.path]).toEqual(key.defaultValue);
    }
  });

  test('node.toml shows every other key, commented, with a line of explanation', () => {
    expect(pathsOf(parse(nodeText))).toEqual([]);
    expect(pathsOf(parse(uncommented))).toEqual(keysOf('node.toml'));
    for (const key of CONFIG_KEYS.filter(({ file }) => file === 'node.toml')) {
      expect(nodeText).toContain(`# ${key.about}.\n#${key.path.split('.').at(-1)} = `);
    }
  });

  test('node.toml with every key uncommented gives the defaults', () => {
    const path = join(directory, 'node.toml');
    writeFileSync(path, uncommented);
    const flags = new Map([['--config', path]]);
    const environment = {};
    expect(loadConfig({ flags, environment }).config).toEqual(
      loadConfig({ flags: new Map(), environment }).config,
    );
  });
});

describe('docs/configuration.md', () => {
  const docs = readFileSync('docs/configuration.md', 'utf8');
  const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

  test.each(CONFIG_KEYS.map((key) => [key.path, key] as const))('has the row of %s', (_, key) => {
    const shown = Array.isArray(key.defaultValue) ? '[]' : JSON.stringify(key.defaultValue);
    const names = variablesOf(key).map(code).join(', ');
    const cells = [
      code(key.path),
      code(shown),
      code(key.flag ?? ''),
      names,
      key.about,
      key.expected,
    ];
    expect(docs).toContain(`| ${cells.join(' | ')} |\n`);
  });

  test('has no row of a key that does not exist', () => {
    const rows = [...docs.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => String(match[1]));
    expect(rows.toSorted()).toEqual(CONFIG_KEYS.map((key) => key.path).toSorted());
  });
});
