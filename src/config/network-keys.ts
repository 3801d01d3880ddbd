import type { ConfigKey } from './config-key.ts';

const PATH = 'a path of 1 to 4096 characters';
const seedFile = { file: 'seed_peers.toml' } as const;
const nodeFile = { file: 'node.toml' } as const;

export const DISCOVERY_KEYS: readonly ConfigKey[] = [
  {
    ...seedFile,
    path: 'seed_peers',
    type: 'list',
    defaultValue: [],
    expected: 'an array of at most 1000 strings',
    about: 'Bootstrap peers, dialled in this order and only while no stored peer connects',
  },
  {
    ...seedFile,
    path: 'min_outbound_connections',
    type: 'integer',
    defaultValue: 8,
    expected: 'an integer from 0 to 1024',
    about: 'Outbound connections below which the node looks for more each second',
  },
  {
    ...seedFile,
    path: 'max_outbound_connections',
    type: 'integer',
    defaultValue: 16,
    expected: 'an integer from 1 to 1024',
    about: 'Outbound connections and dials in progress, together at most',
  },
  {
    ...seedFile,
    path: 'connection_timeout_seconds',
    type: 'integer',
    defaultValue: 10,
    expected: 'an integer from 1 to 300',
    about: 'Time for one dial: resolving, connecting and handshake together',
  },
  {
    ...seedFile,
    path: 'reconnection_interval_seconds',
    type: 'integer',
    defaultValue: 30,
    expected: 'an integer from 1 to 86400',
    about: 'Pause between rounds of dials at or above the minimum',
  },
  {
    file: undefined,
    path: 'peers',
    type: 'list',
    defaultValue: [],
    expected: 'at most 1000 addresses',
    flag: '--peer',
    placeholder: 'HOST:PORT',
    about: 'Peer to connect to at once and to remember on success (repeatable)',
  },
];

export const NETWORK_KEYS: readonly ConfigKey[] = [
  {
    ...nodeFile,
    path: 'network.chain_id',
    type: 'text',
    defaultValue: 'testnet',
    expected: '1 to 63 letters, digits, ".", "_" or "-", beginning with a letter or digit',
    flag: '--chain',
    placeholder: 'NAME',
    about: 'Chain to join: mainnet, testnet, or a name of your own',
  },
  {
    ...nodeFile,
    path: 'network.genesis_hash',
    type: 'text',
    defaultValue: '',
    expected: '64 hex digits',
    flag: '--genesis',
    placeholder: 'HEX',
    about: 'Genesis hash; empty is the built-in hash of the chain, needed for any other name',
  },
  {
    ...nodeFile,
    path: 'network.scope',
    type: 'text',
    defaultValue: 'auto',
    expected: 'auto, public, private or cluster',
    flag: '--scope',
    placeholder: 'SCOPE',
    about: 'Which addresses other peers may name to this node: auto, public, private or cluster',
  },
  {
    ...nodeFile,
    path: 'network.allowed_cidrs',
    type: 'list',
    defaultValue: [],
    expected: 'an array of at most 1000 strings',
    about: 'Address ranges that peers may name in the scopes private and cluster',
  },
  {
    ...nodeFile,
    path: 'network.allowed_name_suffixes',
    type: 'list',
    defaultValue: [],
    expected: 'an array of at most 1000 strings',
    about:
      'Ends of host names that peers may name although they are local; in the scopes private and cluster the only ones',
  },
  {
    ...nodeFile,
    path: 'network.asmap_file',
    type: 'text',
    defaultValue: '',
    expected: PATH,
    about: 'Map from address ranges to network operators, for more diverse peers; empty is none',
  },
  {
    ...nodeFile,
    path: 'network.zone',
    type: 'text',
    defaultValue: '',
    expected: 'at most 63 printable ASCII characters without spaces',
    about: 'Failure domain of this node, told to its peers; empty is unknown',
  },
];
