/** One configuration key. What its value must be is checked by the classes in `sections.ts`. */
export interface ConfigKey {
  /** TOML path; the part before the last dot is the section. */
  readonly path: string;
  readonly type: 'text' | 'integer' | 'boolean' | 'list';
  /** As in TOML. An empty text stands for "not set". */
  readonly defaultValue: string | number | boolean | readonly string[];
  readonly expected: string;
  readonly about: string;
  readonly file: 'seed_peers.toml' | 'node.toml' | undefined;
  readonly flag?: string;
  /** What stands for the value in the help of `flag`. */
  readonly placeholder?: string;
  readonly shortVariable?: string;
  /** Never shown in a fault or a log line. */
  readonly isSecret?: boolean;
}

/** `http` of `http.port`; empty for a key of the top level. */
export function sectionOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** The environment variables of a key, the full name first. */
export function variablesOf(key: ConfigKey): readonly string[] {
  const full = `VISION_${key.path.toUpperCase().replaceAll('.', '_')}`;
  return key.shortVariable === undefined ? [full] : [full, key.shortVariable];
}
