import { readAuthority } from './authority-file.ts';
import { readAsMap } from './as-map-file.ts';
import { checkLayer } from './check-layer.ts';
import { buildConfig } from './build-config.ts';
import { type ConfigFault, InvalidConfigError, type ValueSource } from './config-fault.ts';
import { DEFAULT_FILES } from './config-keys.ts';
import { crossCheck, crossWarnings } from './cross-checks.ts';
import { type Environment, environmentLayer } from './environment-layer.ts';
import { type FlagTexts, flagLayer, type Layer } from './layers.ts';
import { MergedValues } from './merged-values.ts';
import type { NodeConfig } from './node-config.ts';
import { secretFileFaults } from './secret-files.ts';
import { type TomlFile, tomlLayer } from './toml-layer.ts';

export interface ConfigInputs {
  /** Long flag name with dashes → text; `--seeds` and `--config` name the files. */
  readonly flags: FlagTexts;
  readonly environment: Environment;
}

export interface LoadedConfig {
  readonly config: NodeConfig;
  /** Sentences for the operator; nothing of them stops a node. */
  readonly warnings: readonly string[];
  /** Which source decided a TOML path, e.g. `http.port`. */
  sourceOf(path: string): ValueSource;
}

/**
 * Reads flags, environment and both files: flag > environment > node.toml > seed_peers.toml > default.
 * @throws InvalidConfigError VN_ERR_CONFIG with one line per fault of all sources together.
 */
export function loadConfig(inputs: ConfigInputs): LoadedConfig {
  const layers = [
    tomlLayer(fileOf(inputs.flags, '--seeds')),
    tomlLayer(fileOf(inputs.flags, '--config')),
    environmentLayer(inputs.environment),
    flagLayer(inputs.flags),
  ];
  const faults = layers.flatMap(faultsOf);
  const values = new MergedValues(
    layers.map((layer) => layer.values),
    faults,
  );
  const asMap = readAsMap(values);
  const authority = readAuthority(values);
  const all = [
    ...faults,
    ...crossCheck(values),
    ...asMap.faults,
    ...authority.faults,
    ...secretFileFaults(values),
  ];
  if (all.length > 0) throw new InvalidConfigError(all);
  return {
    config: buildConfig(values, { asMap: asMap.map, tlsCa: authority.pem }),
    warnings: [...layers.flatMap((layer) => layer.warnings), ...crossWarnings(values)],
    sourceOf: (path) => values.sourceOf(path),
  };
}

function faultsOf(layer: Layer): ConfigFault[] {
  return [...layer.faults, ...checkLayer(layer.values)];
}

function fileOf(flags: FlagTexts, flag: '--seeds' | '--config'): TomlFile {
  const named = flags.get(flag);
  const isExplicit = typeof named === 'string';
  return flag === '--seeds'
    ? { path: isExplicit ? named : DEFAULT_FILES.seeds, schema: 'seed_peers.toml', isExplicit }
    : { path: isExplicit ? named : DEFAULT_FILES.node, schema: 'node.toml', isExplicit };
}
