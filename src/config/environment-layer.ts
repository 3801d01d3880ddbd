import { type ConfigFault, shownName, type ValueSource } from './config-fault.ts';
import { type ConfigKey, variablesOf } from './config-key.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import { type GivenValue, type Layer, typedValue } from './layers.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Kubernetes sets `<SERVICE>_PORT=tcp://10.0.0.1:7070` in each pod for each service of the namespace. */
const SERVICE_LINK_VALUE = /^(tcp|udp|sctp):\/\//;
const SERVICE_LINK_NAME =
  /(^|_)(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)$/;

/**
 * What the `VISION_` variables say. An empty variable counts as not set. An unknown one is only a
 * warning, never a fault: a service named `vision-…` puts variables like
 * `VISION_NODE_SERVICE_HOST` into every pod of its namespace, and those must not stop a node.
 */
export function environmentLayer(environment: Environment): Layer {
  const values: GivenValue[] = [];
  const faults: ConfigFault[] = [];
  const warnings = unknownVariables(environment);
  for (const key of CONFIG_KEYS) {
    const given = variablesOf(key).filter((name) => isSet(environment[name]));
    const usable = given.filter((name) => !isServiceLink(key, environment[name]));
    for (const name of given.filter((candidate) => !usable.includes(candidate))) {
      warnings.push(`${name} is ignored: it is a Kubernetes service link, not a port`);
    }
    const [name, other] = usable;
    if (name === undefined) continue;
    const text = environment[name] as string;
    if (other !== undefined && environment[other] !== text) {
      faults.push(conflict(key, name, other));
    }
    const source: ValueSource = { kind: 'environment', name };
    values.push({ key, value: typedValue(key, text), source });
  }
  return { values, faults, warnings };
}

const KNOWN = new Set(CONFIG_KEYS.flatMap(variablesOf));

function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('VISION_') && !KNOWN.has(name))
    .filter((name) => !SERVICE_LINK_NAME.test(name))
    .filter((name) => !SERVICE_LINK_VALUE.test(environment[name] ?? ''))
    .sort()
    .map(
      (name) => `${shownName(name)} is ignored: no configuration key has this environment variable`,
    );
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

function isServiceLink(key: ConfigKey, text: string | undefined): boolean {
  return key.path.endsWith('port') && SERVICE_LINK_VALUE.test(text ?? '');
}

function conflict(key: ConfigKey, name: string, other: string): ConfigFault {
  return {
    source: name,
    key: key.path,
    expected: `the same value as ${other}, or only one of the two`,
    got: 'different values',
  };
}
