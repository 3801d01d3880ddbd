declare const brand: unique symbol;

/** A nominal type: a `Base` that only its own constructor function hands out. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Milliseconds of a monotonic clock; only differences mean something. */
export type Millis = Brand<number, 'Millis'>;

/** Milliseconds since 1970-01-01T00:00:00Z, from the wall clock; may step. */
export type UnixMillis = Brand<number, 'UnixMillis'>;

/** Lower-case hex of the first 20 bytes of SHA-256(public key): 40 characters. */
export type NodeId = Brand<string, 'NodeId'>;

/** A connection of this process: odd when the transport accepted it, even when the core dialled it. */
export type ConnectionId = Brand<number, 'ConnectionId'>;

/** Canonical `host:port`; equal addresses have equal keys. */
export type AddressKey = Brand<string, 'AddressKey'>;

export const millis = (value: number): Millis => value as Millis;
export const unixMillis = (value: number): UnixMillis => value as UnixMillis;
export const connectionId = (value: number): ConnectionId => value as ConnectionId;

/** Marks a switch as exhaustive: does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
