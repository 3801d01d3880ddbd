import { type Command, Option } from 'commander';
import type { ConfigKey } from '../config/config-key.ts';
import { CONFIG_KEYS, DEFAULT_FILES } from '../config/config-keys.ts';
import type { FlagTexts } from '../config/layers.ts';

/** Adds every flag of the configuration, `--seeds` and `--config`. */
export function addConfigFlags(command: Command): Command {
  const seeds = `Seed peers and connection numbers (default ${DEFAULT_FILES.seeds})`;
  const node = `All other settings (default ${DEFAULT_FILES.node}, if present)`;
  command.addOption(new Option('--seeds <FILE>', seeds));
  command.addOption(new Option('--config <FILE>', node));
  const seen = new Set<string>();
  for (const key of CONFIG_KEYS) {
    if (key.flag === undefined || seen.has(key.flag)) continue;
    seen.add(key.flag);
    command.addOption(flagOption(key));
  }
  return command;
}

/** The flags that were given, under their names with dashes. */
export function flagTexts(command: Command): FlagTexts {
  const texts = new Map<string, string | readonly string[]>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const isText = typeof value === 'string' || Array.isArray(value);
    if (isText && option.long !== undefined && option.long !== null) {
      texts.set(option.long, value as string | readonly string[]);
    }
  }
  return texts;
}

function flagOption(key: ConfigKey): Option {
  const option = new Option(`${key.flag ?? ''} <${key.placeholder ?? 'VALUE'}>`, key.about);
  if (key.type !== 'list') return option;
  return option.argParser((text: string, earlier: readonly string[] | undefined) => [
    ...(earlier ?? []),
    text,
  ]);
}
