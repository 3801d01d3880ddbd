import {
  type ConfigFault,
  DEFAULT_SOURCE,
  SOURCE_KINDS,
  type ValueSource,
} from './config-fault.ts';
import type { ConfigKey } from './config-key.ts';
import { KEY_BY_PATH } from './config-keys.ts';
import type { GivenValue } from './layers.ts';

/** For each key the value of the strongest source that gives one. */
export class MergedValues {
  private readonly winners = new Map<string, GivenValue>();
  private readonly faulty = new Set<string>();

  /** `layers` from the weakest to the strongest source. A faulty value never wins over a good one. */
  constructor(layers: readonly (readonly GivenValue[])[], faults: readonly ConfigFault[]) {
    const isFaulty = ({ key, source }: GivenValue): boolean =>
      faults.some((fault) => fault.source === source.name && isAbout(fault, key));
    for (const value of layers.flat()) {
      if (isFaulty(value)) this.faulty.add(value.key.path);
      else this.winners.set(value.key.path, value);
    }
  }

  /** Whether rules over these keys would only repeat a fault that is known already. */
  hasFault(...paths: string[]): boolean {
    return paths.some((path) => this.faulty.has(path));
  }

  isSet(path: string): boolean {
    return this.winners.has(path);
  }

  text(path: string): string {
    return this.valueOf(path) as string;
  }

  /** Undefined for the empty text. */
  optionalText(path: string): string | undefined {
    const text = this.text(path);
    return text === '' ? undefined : text;
  }

  integer(path: string): number {
    return this.valueOf(path) as number;
  }

  boolean(path: string): boolean {
    return this.valueOf(path) as boolean;
  }

  list(path: string): readonly string[] {
    return this.valueOf(path) as readonly string[];
  }

  sourceOf(path: string): ValueSource {
    return this.winners.get(path)?.source ?? DEFAULT_SOURCE;
  }

  /** Larger is stronger. */
  strengthOf(path: string): number {
    return SOURCE_KINDS.indexOf(this.sourceOf(path).kind);
  }

  private valueOf(path: string): unknown {
    const winner = this.winners.get(path);
    return winner === undefined ? (KEY_BY_PATH.get(path) as ConfigKey).defaultValue : winner.value;
  }
}

function isAbout(fault: ConfigFault, key: ConfigKey): boolean {
  return fault.key === key.path || fault.key.startsWith(`${key.path}[`);
}
