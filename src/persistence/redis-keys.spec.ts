import type { AddressKey } from '../core/support/brand.ts';
import { RedisKeys } from './redis-keys.ts';

const key = '10.0.0.1:7071' as AddressKey;

describe('RedisKeys', () => {
  it('puts prefix, chain id and node name before the keys of every store', () => {
    const keys = new RedisKeys('vision:', 'testnet', 'node-0');
    expect(keys.peer(key)).toBe('vision:testnet:node-0:peer:10.0.0.1:7071');
    expect(keys.record(key)).toBe('vision:testnet:node-0:record:10.0.0.1:7071');
    expect(keys.addressOf(keys.peer(key))?.key).toBe(key);
  });

  it('escapes what a glob would take for a pattern', () => {
    const keys = new RedisKeys('v*', 'a?[b]', 'c\\d^-');
    expect(keys.peersPattern).toBe('v\\*a\\?\\[b\\]:c\\\\d\\^\\-:peer:*');
  });

  it('knows no address in keys of others', () => {
    const keys = new RedisKeys('vision:', 'testnet', 'node-0');
    expect(keys.addressOf('vision:testnet:node-1:peer:10.0.0.1:7071')).toBeUndefined();
    expect(keys.addressOf(keys.record(key))).toBeUndefined();
  });
});
