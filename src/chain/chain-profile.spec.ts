import { VisionError } from '../support/vision-error.ts';
import { BUILT_IN_CHAINS, chainProfile } from './chain-profile.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('chainProfile', () => {
  it('knows mainnet and testnet', () => {
    expect(BUILT_IN_CHAINS).toEqual(['mainnet', 'testnet']);
    const mainnet = chainProfile('mainnet');
    expect(hexOf(mainnet.genesisHash)).toBe(
      'd6469ec95f56b56be4921ef40b9795902c96f2ad26582ef8db8fac46f4a7aa13',
    );
    expect(mainnet.easiestTarget).toBe(0xffffn << 208n);
    // Printed by `printf vision-testnet | sha256sum`.
    expect(hexOf(chainProfile('testnet').genesisHash)).toBe(
      'f24a117db5bb30b3564edc4bf0e82827fefeb1acb76224a59b89e4fae03e190a',
    );
    expect(chainProfile('testnet').easiestTarget).toBe(0xffffn << 224n);
  });

  it('takes a private chain with its genesis and target', () => {
    const profile = chainProfile('lab', 'AB'.repeat(32), 0x207f_ffff);
    expect(hexOf(profile.genesisHash)).toBe('ab'.repeat(32));
    expect(profile.easiestTarget).toBe(0x7f_ffffn << 232n);
  });

  it('lets a given genesis replace the built-in one', () => {
    expect(hexOf(chainProfile('testnet', '01'.repeat(32)).genesisHash)).toBe('01'.repeat(32));
  });

  it.each([
    ['a private chain without genesis', 'lab', undefined, undefined],
    ['a short genesis', 'lab', 'ab', undefined],
    ['a genesis that is not hex', 'lab', 'zz'.repeat(32), undefined],
    ['a target that is none', 'testnet', undefined, 0x1d80_0000],
    ['a name of the language', 'constructor', undefined, undefined],
  ])('refuses %s as a fault of the configuration', (_, chainId, genesis, bits) => {
    expect(() => chainProfile(chainId, genesis, bits)).toThrow(VisionError);
  });
});
