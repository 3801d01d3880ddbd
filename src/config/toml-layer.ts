import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import {
  type ConfigFault,
  describeText,
  shownName,
  TomlFloat,
  type ValueSource,
} from './config-fault.ts';
import { type ConfigKey, sectionOf } from './config-key.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import type { GivenValue, Layer } from './layers.ts';

/** A configuration of 1,000 seeds has 100 KiB; more than this is some other file. */
const FILE_BYTES_MAX = 1_048_576;
const NESTING_MAX = 16;

export interface TomlFile {
  readonly path: string;
  readonly schema: 'seed_peers.toml' | 'node.toml';
  /** Named by the operator: then it must exist. */
  readonly isExplicit: boolean;
}

/** What a configuration file says. A missing default file says nothing. */
export function tomlLayer(file: TomlFile): Layer {
  const text = readText(file);
  if (text === undefined) return { values: [], faults: [], warnings: [] };
  if (typeof text !== 'string') return { values: [], faults: [text], warnings: [] };
  try {
    const table = parse(text, { integersAsBigInt: true, maxDepth: NESTING_MAX });
    return readTable(file, table);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { values: [], faults: [syntaxFault(file, error)], warnings: [] };
  }
}

function readText(file: TomlFile): string | ConfigFault | undefined {
  try {
    const bytes = readFileSync(file.path);
    if (bytes.length <= FILE_BYTES_MAX) {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    }
    return fileFault(file, `at most ${FILE_BYTES_MAX} bytes`, `${bytes.length} bytes`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (code === 'ENOENT' && !file.isExplicit) return undefined;
    const got = code === 'ENOENT' ? 'no such file' : code;
    return fileFault(file, 'a readable TOML file in UTF-8', got);
  }
}

function readTable(file: TomlFile, table: Readonly<Record<string, unknown>>): Layer {
  const reader = new TableReader(file);
  reader.read('', table);
  return { values: reader.values, faults: reader.faults, warnings: [] };
}

class TableReader {
  readonly values: GivenValue[] = [];
  readonly faults: ConfigFault[] = [];
  private readonly keys: ReadonlyMap<string, ConfigKey>;
  private readonly sections: ReadonlySet<string>;
  private readonly source: ValueSource;

  constructor(file: TomlFile) {
    const known = CONFIG_KEYS.filter((key) => key.file === file.schema);
    this.keys = new Map(known.map((key) => [key.path, key]));
    this.sections = new Set(known.map((key) => sectionOf(key.path)));
    const kind = file.schema === 'node.toml' ? 'node-file' : 'seeds-file';
    this.source = { kind, name: shownName(file.path) };
  }

  read(section: string, table: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(table)) {
      const path = section === '' ? name : `${section}.${name}`;
      const key = this.keys.get(path);
      if (key !== undefined) {
        this.add(key, plainValue(value));
      } else if (!this.sections.has(path)) {
        this.faults.push(this.unknown(section, path));
      } else if (isTable(value)) {
        this.read(path, value);
      } else {
        this.faults.push({
          source: this.source.name,
          key: path,
          expected: 'a table',
          got: 'a value',
        });
      }
    }
  }

  /** An empty text where the default is empty means "not set", so that a template can say so. */
  private add(key: ConfigKey, value: unknown): void {
    if (value === '' && key.defaultValue === '') return;
    this.values.push({ key, value, source: this.source });
  }

  private unknown(section: string, path: string): ConfigFault {
    const elsewhere = CONFIG_KEYS.find((key) => key.path === path)?.file;
    const here = [...this.keys.keys()].filter((key) => sectionOf(key) === section);
    const inner = [...this.sections].filter((name) => name !== '' && sectionOf(name) === section);
    const known = [...here, ...inner.map((name) => `[${name}]`)].join(', ');
    return {
      source: this.source.name,
      key: shownKey(path),
      expected: elsewhere === undefined ? `one of ${known}` : `this key in ${elsewhere}`,
      got: 'an unknown key',
    };
  }
}

/** A key is text of a file too: on one line and not without end. */
function shownKey(path: string): string {
  return /^[\w.-]{1,100}$/.test(path) ? path : describeText(path);
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'number') return new TomlFloat(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function fileFault(file: TomlFile, expected: string, got: string): ConfigFault {
  return { source: shownName(file.path), key: '', expected, got };
}

function syntaxFault(file: TomlFile, error: TomlError): ConfigFault {
  const reason = (error.message.split('\n')[0] as string).replace(/^Invalid TOML document: /, '');
  const source = `${shownName(file.path)}:${error.line}:${error.column}`;
  return { source, key: '', expected: 'valid TOML', got: `a syntax error (${reason})` };
}
