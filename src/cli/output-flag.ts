import { type Command, Option } from 'commander';

export type OutputFormat = 'table' | 'json';

/** Adds `-o json`: one object on a line in place of text. */
export function addOutputFlag(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <FORMAT>', 'For people or for programs')
      .choices(['table', 'json'])
      .default('table'),
  );
}

export function isJson(command: Command): boolean {
  return command.getOptionValue('output') === 'json';
}

export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
