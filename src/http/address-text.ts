import { buildMessage, ValidateBy } from 'class-validator';
import {
  isDialableAddress,
  parseCanonicalPeerAddress,
  parsePeerAddress,
} from '../core/support/peer-address.ts';

/** `host:port` as configuration takes it too. */
export function IsDialableAddress(): PropertyDecorator {
  return ValidateBy({
    name: 'isDialableAddress',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isDialableAddress(value),
      defaultMessage: buildMessage(() => '$property must be host:port or [ipv6]:port'),
    },
  });
}

/** An address as this node itself writes it. */
export function IsCanonicalPeerAddress(message: string): PropertyDecorator {
  return ValidateBy({
    name: 'isCanonicalPeerAddress',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && parseCanonicalPeerAddress(value).ok,
      defaultMessage: () => message,
    },
  });
}

/** A host, or `host:port`. */
export function IsHost(): PropertyDecorator {
  return ValidateBy({
    name: 'isHost',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && hostOf(value) !== undefined,
      defaultMessage: buildMessage(() => '$property must be a host, or host:port'),
    },
  });
}

/** The canonical host that a person named with or without a port; undefined when it is none. */
export function hostOf(text: string): string | undefined {
  for (const candidate of [text, `${text}:1`, `[${text}]:1`]) {
    const parsed = parsePeerAddress(candidate);
    if (parsed.ok) return parsed.address.host;
  }
  return undefined;
}
