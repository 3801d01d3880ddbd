import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from './host-check.ts';
import { type ProblemBody, problemBody } from './http-problem.ts';

/** Each decides who may do what. Node reads the first of two; whoever passes requests on may read the last. */
const SINGLE = ['host', 'authorization', 'origin'] as const;
/** RFC 9112, 3.2.2: for proxies, and a server has to read it too. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;

/**
 * Goal: a request names one host, and one that this listener answers to. Adversary: a page that was
 * pointed at this address, or a sender whose headers two programs read differently. Cost: one pass over
 * the headers.
 * @returns why nothing of the request is to be read; undefined when it may be
 */
export function headProblem(
  request: IncomingMessage,
  loopbackOnly: boolean,
): ProblemBody | undefined {
  const { host } = request.headers;
  if (SINGLE.some((name) => (request.headersDistinct[name]?.length ?? 0) > 1)) {
    return problemBody('malformed-request', 'Host, Authorization and Origin come once each');
  }
  if (host === undefined && request.httpVersion === '1.1') {
    return problemBody('malformed-request', 'the header Host is missing');
  }
  if (!namesHost(request.url ?? '', host)) {
    return problemBody('host-not-allowed', 'the request line names another host than Host');
  }
  if (loopbackOnly && !isLoopbackHost(host)) {
    return problemBody('host-not-allowed', 'ask this listener as localhost or 127.0.0.1');
  }
  return undefined;
}

/** Whether a request line names no host, or this one. */
function namesHost(target: string, host: string | undefined): boolean {
  if (/^[/*]/.test(target)) return true;
  return ABSOLUTE_FORM.exec(target)?.[1]?.toLowerCase() === (host?.toLowerCase() ?? '');
}
