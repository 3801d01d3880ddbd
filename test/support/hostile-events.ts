import type { NodeEvent } from '../../src/core/node/events.ts';
import { connectionId, type NodeId } from '../../src/core/support/brand.ts';

/** One event of each kind with every text that somebody outside can choose. */
export function eventsWith(text: string): readonly NodeEvent[] {
  const id = connectionId(1);
  const nodeId = text as NodeId;
  const inbound = {
    connectionId: id,
    direction: 'inbound',
    class: 'open',
    scope: 'public',
  } as const;
  const rejected = { kind: 'handshake-rejected', direction: 'inbound', by: 'remote' } as const;
  return [
    {
      kind: 'dial-finished',
      address: text,
      source: 'exchange',
      class: 'open',
      outcome: 'malformed',
    },
    {
      kind: 'dial-finished',
      address: text,
      source: 'seed',
      class: 'open',
      outcome: 'dial-timeout',
    },
    { kind: 'connection-established', ...inbound, peer: text, nodeId, handshakeMs: 1, agent: text },
    {
      ...rejected,
      peer: text,
      reason: 'genesis-mismatch',
      expected: text,
      got: text,
      detail: text,
    },
    {
      ...{ kind: 'disconnected', ...inbound, peer: text, nodeId },
      ...{ reason: 'unspecified', by: 'remote', connectedMs: 1 },
    },
    { kind: 'peer-list-received', peer: text, peerCount: 1 },
    { kind: 'peer-verified', address: text, nodeId },
    { kind: 'peer-saved', address: text },
    { kind: 'peer-forgotten', address: text, reason: 'connection-refused' },
    {
      ...{ kind: 'address-state-changed', address: text, from: 'heard', to: 'queued' },
      reason: 'elders-reviewed',
    },
    { kind: 'address-refused', address: text, reason: 'malformed-address' },
    { kind: 'source-read', source: text, result: 'no-answer', addresses: 0 },
    { kind: 'host-unresolved', address: text },
    { kind: 'announcement-received', type: 'block', duplicate: false, hash: text },
    { kind: 'announcement-accepted', type: 'block', hash: text, relayedTo: 1 },
    { kind: 'announcement-rejected', type: 'block', hash: text, fault: 'invalid-target' },
    { kind: 'peer-record', result: 'malformed', peer: text },
    { kind: 'own-address-confirmed', address: text },
    { kind: 'banned', id: text, subject: 'host', reason: text, by: 'score', forMs: 1 },
    { kind: 'unbanned', id: text },
    { kind: 'limit-hit', limit: 'frame-bytes', peer: text },
  ];
}

/** Each breaks a line, a quote, a label, a terminal or a reader of logs that is not careful. */
export const HOSTILE_TEXTS: readonly string[] = [
  'a\nERROR forged',
  'a\r\n\r\nb',
  '\u001b]0;title\u0007\u001b[2J',
  '\u0085\u009b31m',
  'a\u2028b\u2029c',
  '\u202etxt.exe\u2066',
  '"} 1\nvision_p2p_evil{a="b',
  '\\"\\',
  '","level":"error","message":"forged',
  ' level=error message="forged"',
  '\ufeff\u0000',
  '\ud800 \udfff',
  '\ufffd\ufffd',
  '__proto__',
  'x'.repeat(3_000),
  '\u0001'.repeat(3_000),
  '😀'.repeat(3_000),
  '"'.repeat(3_000),
];
