import type { PeerNodeOptions } from '../core/node/node-options.ts';
import type { NodeLimits } from '../core/support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../core/support/peer-address.ts';

type Chosen = Pick<
  PeerNodeOptions,
  | 'seeds'
  | 'advertise'
  | 'operatorPeers'
  | 'scope'
  | 'allowedCidrs'
  | 'allowedNameSuffixes'
  | 'zone'
  | 'agent'
>;

/** What is particular about one node; the rest is as for all. */
export interface NodePlan extends Partial<Chosen> {
  /** In place of the address that its number gives it. */
  readonly address?: PeerAddress;
  /** Resolves to the node's address. What the node says of itself is `advertise`. */
  readonly name?: string;
  /** In place of those of the simulation. */
  readonly limits?: Partial<NodeLimits>;
}

const P2P_PORT = 7_071;

export const DEFAULT_NODE_OPTIONS: Chosen & Pick<PeerNodeOptions, 'chainId' | 'genesisHash'> = {
  chainId: 'testnet',
  genesisHash: new Uint8Array(32).fill(7),
  agent: 'vision-node/simulated',
  zone: '',
  seeds: [],
  operatorPeers: [],
  scope: 'auto',
  allowedCidrs: [],
  allowedNameSuffixes: [],
};

/** Public unicast, each in a /16 of its own: 20.0.x.y to 99.255.x.y. */
export function addressOfNode(index: number): PeerAddress {
  const ip = Uint8Array.of(20 + ((index >> 8) % 80), index & 0xff, 1 + (index % 200), 10);
  return peerAddressOfIp(ip, P2P_PORT);
}

/** Beside all nodes: in 120.0.0.0/8. */
export function addressOfSilentHost(number: number): PeerAddress {
  return peerAddressOfIp(
    Uint8Array.of(120, number & 0xff, 1 + ((number >> 8) & 0x7f), 1),
    P2P_PORT,
  );
}
