import type { SeedSource, SourceReadFailure } from '../../core/connectivity/seed-source.ts';
import type { AddressScope } from '../../core/support/address-scope.ts';
import type { PeerAddress } from '../../core/support/peer-address.ts';

export type SourceReadResult =
  | {
      readonly ok: true;
      readonly addresses: readonly PeerAddress[];
      /** Class of the server that listed them; absent when only name servers were asked. */
      readonly via?: AddressScope;
    }
  | { readonly ok: false; readonly failure: SourceReadFailure };

/** Turns names into addresses. Neither method rejects; both answer within 2 s plus queueing. */
export interface HostResolver {
  /** All A and AAAA answers as bytes, IPv6 first; empty when there is none or the resolver fails. */
  resolve(host: string): Promise<readonly Uint8Array[]>;
  readSource(source: SeedSource): Promise<SourceReadResult>;
  /** Gives up what is under way. */
  close(): void;
}
