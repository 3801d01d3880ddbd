import type { Disconnect } from '../wire/generated/p2p.ts';
import { encodeFrame } from '../wire/message-codec.ts';
import { readRefusalDetail } from './hello-verdict.ts';
import { WIRE_REASONS, wireReasonOf, type WireReason } from './reasons.ts';
import type { SessionEnd } from './session-host.ts';

const DETAIL_LENGTH_MAX = 200;
/** Of the length field, which does not count itself. */
const LENGTH_BYTES = 4;

export interface GoodbyeOptions {
  /** What the frame may measure; redirects that do not fit are left out. */
  readonly frameBytesMax?: number;
  /** For the far side's log. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
  readonly redirect?: readonly string[];
}

/** The whole frame of a `Disconnect`. */
export function disconnectFrame(reason: WireReason, options: GoodbyeOptions): Uint8Array {
  const body = {
    reason: WIRE_REASONS[reason],
    detail: printable(options.detail ?? ''),
    retryAfterSeconds: options.retryAfterSeconds ?? 0,
    redirect: [...(options.redirect ?? [])],
  };
  let frame = encodeFrame({ type: 'disconnect', body });
  while (frame.length - LENGTH_BYTES > (options.frameBytesMax ?? frame.length)) {
    body.redirect.pop();
    frame = encodeFrame({ type: 'disconnect', body });
  }
  return frame;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, DETAIL_LENGTH_MAX);
}

/** How a connection ended whose far side said so. */
export function endByGoodbye(body: Disconnect): SessionEnd {
  const { detail, retryAfterSeconds, redirect } = body;
  const values = readRefusalDetail(detail);
  return {
    reason: wireReasonOf(body.reason),
    by: 'remote',
    detail,
    retryAfterSeconds,
    redirect,
    ...(values === undefined ? {} : { refusal: values }),
  };
}
