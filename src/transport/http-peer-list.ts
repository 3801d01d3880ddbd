import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

import type { SourceReadFailure } from '../core/connectivity/seed-source.ts';
import { formatIp } from '../core/support/ip-address.ts';
import { parseJson } from '../core/support/json-text.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import type { SourceReadResult } from '../runtime/ports/host-resolver.ts';
import { errorCodeOf } from './socket-faults.ts';

/** 1,000 addresses of the longest host are 262 KiB; real lists are far smaller. */
const BODY_BYTES_MAX = 262_144;
const HEADER_BYTES_MAX = 8_192;
const ADDRESSES_MAX = 1_000;
/** `{"peers": [...], "count": N}` has depth 2; a later field may be deeper. As many values as addresses fit the body, and more. */
const JSON_SHAPE = { depthMax: 8, valuesMax: 65_536 };

/**
 * `GET <base>/p2p/peers` at addresses that have been resolved already, without redirects.
 * What is not a canonical address in the answer is skipped.
 */
export function readHttpPeerList(
  base: string,
  addresses: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<SourceReadResult> {
  // A request that has ended in a way of its own hears of no abort.
  const givenUp = new Promise<SourceReadResult>((resolve) => {
    signal.addEventListener('abort', () => resolve(failed('no-answer')), { once: true });
  });
  return Promise.race([readList(base, addresses, signal), givenUp]);
}

async function readList(
  base: string,
  addresses: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<SourceReadResult> {
  try {
    const response = await get(new URL('/p2p/peers', base), addresses, signal);
    const body = response.statusCode === 200 ? await bodyOf(response) : undefined;
    response.destroy();
    const peers = body === undefined ? undefined : peersOfJson(body);
    return peers === undefined ? failed('bad-response') : { ok: true, addresses: peers };
  } catch (error) {
    return failed(signal.aborted ? 'no-answer' : readFailureOf(error));
  }
}

/** The peers of a peer list's JSON text, or undefined when it is none. */
export function peersOfJson(text: string): readonly PeerAddress[] | undefined {
  const list = parseJson(text, JSON_SHAPE);
  if (typeof list !== 'object' || list === null || !('peers' in list)) return undefined;
  const { peers } = list;
  if (!Array.isArray(peers)) return undefined;
  const entries: readonly unknown[] = peers.slice(0, ADDRESSES_MAX);
  return entries
    .map((entry) => (typeof entry === 'string' ? parseCanonicalPeerAddress(entry) : undefined))
    .flatMap((result) => (result?.ok === true ? [result.address] : []));
}

function get(
  url: URL,
  addresses: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    agent: false,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', connection: 'close' },
    lookup: answeringWith(addresses),
    maxHeaderSize: HEADER_BYTES_MAX,
    signal,
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    request(url, options, resolve)
      .on('error', reject)
      // 101: Node calls it no response, and without a listener no error either.
      .on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response);
      })
      .on('close', () => reject(new Error('closed before its answer')))
      .end();
  });
}

/** The system's own lookup would block a worker thread that files and others need. */
function answeringWith(addresses: readonly Uint8Array[]): LookupFunction {
  const answers = addresses.map((ip) => ({
    address: formatIp(ip),
    family: ip.length === 4 ? 4 : 6,
  }));
  return (_host, options, callback) => {
    const [first] = answers;
    if (options.all === true) callback(null, answers);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
}

async function bodyOf(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}

function readFailureOf(error: unknown): SourceReadFailure {
  return errorCodeOf(error).startsWith('HPE_') ? 'bad-response' : 'connection-failed';
}

function failed(failure: SourceReadFailure): SourceReadResult {
  return { ok: false, failure };
}
