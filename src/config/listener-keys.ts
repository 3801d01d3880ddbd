import type { ConfigKey } from './config-key.ts';

const PORT = 'an integer from 1 to 65535';
const IP = 'an IP address, e.g. 0.0.0.0, 127.0.0.1 or ::';
const PATH = 'a path of 1 to 4096 characters';
const nodeFile = { file: 'node.toml' } as const;

export const HTTP_KEYS: readonly ConfigKey[] = [
  {
    ...nodeFile,
    path: 'http.host',
    type: 'text',
    defaultValue: '0.0.0.0',
    expected: IP,
    flag: '--host',
    placeholder: 'ADDR',
    about: 'Listen address of the public HTTP port (the flag sets p2p.host too)',
  },
  {
    ...nodeFile,
    path: 'http.port',
    type: 'integer',
    defaultValue: 7070,
    expected: PORT,
    flag: '--http-port',
    placeholder: 'N',
    shortVariable: 'VISION_PORT',
    about: 'Public HTTP port; the two other ports and the data directory follow it',
  },
  {
    ...nodeFile,
    path: 'http.ops_host',
    type: 'text',
    defaultValue: '127.0.0.1',
    expected: IP,
    about: 'Listen address of the operations HTTP port',
  },
  {
    ...nodeFile,
    path: 'http.ops_port',
    type: 'integer',
    defaultValue: 7072,
    expected: PORT,
    flag: '--ops-port',
    placeholder: 'N',
    about: 'Operations HTTP port; http.port + 2 when not set',
  },
  {
    ...nodeFile,
    path: 'http.ops_token_file',
    type: 'text',
    defaultValue: '',
    expected: PATH,
    about: 'File with the token for changes over the operations port; empty is loopback only',
  },
  {
    ...nodeFile,
    path: 'http.expose_metrics',
    type: 'boolean',
    defaultValue: true,
    expected: 'true or false',
    about: 'Whether the public port answers /metrics',
  },
];

export const P2P_KEYS: readonly ConfigKey[] = [
  {
    ...nodeFile,
    path: 'p2p.host',
    type: 'text',
    defaultValue: '0.0.0.0',
    expected: IP,
    flag: '--host',
    placeholder: 'ADDR',
    about: 'Listen address for peers',
  },
  {
    ...nodeFile,
    path: 'p2p.port',
    type: 'integer',
    defaultValue: 7071,
    expected: PORT,
    flag: '--p2p-port',
    placeholder: 'N',
    about: 'Port for peers; http.port + 1 when not set',
  },
  {
    ...nodeFile,
    path: 'p2p.advertise',
    type: 'text',
    defaultValue: '',
    expected: 'host:port or [ipv6]:port that peers can dial',
    flag: '--advertise',
    placeholder: 'HOST:PORT',
    about:
      'Address at which peers can reach this node; empty is the address that each connection sees',
  },
  {
    ...nodeFile,
    path: 'p2p.security',
    type: 'text',
    defaultValue: 'tls',
    expected: 'plain, tls or prefer',
    flag: '--security',
    placeholder: 'MODE',
    about:
      'Transport security: tls proves who each peer is and hides what is said, prefer does with whoever can, plain never',
  },
  {
    ...nodeFile,
    path: 'p2p.tls_ca',
    type: 'text',
    defaultValue: '',
    expected: PATH,
    about:
      'File of the authorities (PEM) to which the certificates of all peers must lead, with p2p.security tls; empty is none: any key is good',
  },
  {
    ...nodeFile,
    path: 'p2p.max_inbound_connections',
    type: 'integer',
    defaultValue: 64,
    expected: 'an integer from 0 to 100000',
    about: 'Inbound connections at most',
  },
];
