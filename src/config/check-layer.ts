import { validateSync, type ValidationError } from 'class-validator';
import { type ConfigFault, describeValue } from './config-fault.ts';
import { sectionOf } from './config-key.ts';
import type { GivenValue } from './layers.ts';
import { SECTIONS } from './sections.ts';
import { LIST_ITEM_RULES } from './value-rules.ts';

/** Checks each value of one source by the class of its section, then the items of its lists. */
export function checkLayer(values: readonly GivenValue[]): ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const [section, Section] of SECTIONS) {
    const given = values.filter(({ key }) => sectionOf(key.path) === section);
    if (given.length === 0) continue;
    const instance = new Section();
    for (const { key, value } of given) Reflect.set(instance, lastName(key.path), value);
    const failed = new Set(namesOf(validate(instance)));
    for (const value of given) {
      faults.push(
        ...(failed.has(lastName(value.key.path)) ? [valueFault(value)] : itemFaults(value)),
      );
    }
  }
  return faults;
}

/** `port` of `http.port`. */
function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function validate(instance: object): ValidationError[] {
  return validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    skipMissingProperties: true,
    validationError: { target: false, value: false },
  });
}

function namesOf(errors: readonly ValidationError[]): string[] {
  return errors.map((error) => error.property);
}

function valueFault({ key, value, source }: GivenValue): ConfigFault {
  const got = describeValue(value, key.isSecret);
  return { source: source.name, key: key.path, expected: key.expected, got };
}

function itemFaults({ key, value, source }: GivenValue): ConfigFault[] {
  const rule = LIST_ITEM_RULES.get(key.path);
  if (rule === undefined || !Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((item, index) => {
    if (typeof item === 'string' && rule.isGood(item)) return [];
    const path = `${key.path}[${index}]`;
    const got = describeValue(item);
    return [{ source: source.name, key: path, expected: rule.expected, got }];
  });
}
