import type { Request } from 'express';
import type { AddressRateLimiter } from './address-rate-limiter.ts';
import { isLoopbackAddress, isLoopbackHost, isOwnOrigin, isPassedOn } from './host-check.ts';
import { HttpProblem } from './http-problem.ts';
import type { OperatorToken } from './operator-token.ts';

const BEARER = /^bearer +([\x21-\x7e]+)$/i;

/**
 * Who may change the node. The rate comes first, so that guesses of the token are held too; then no
 * page of another origin may use an operator's browser; then the right to do it; last, that the body
 * is one flat JSON object, so that nothing behind it walks into what a stranger has nested.
 */
export class MutationPolicy {
  /** @param token absent: changes come from loopback only */
  constructor(
    private readonly limiter: AddressRateLimiter,
    private readonly token: OperatorToken | undefined,
  ) {}

  /** @returns why this request may not change anything; undefined when it may */
  async problemOf(request: Request): Promise<HttpProblem | undefined> {
    if (!this.limiter.take(remoteOf(request))) {
      return new HttpProblem('rate-limited', 'too many changes from one address');
    }
    const { origin, host } = request.headers;
    if (origin !== undefined && !isOwnOrigin(origin, host)) {
      return new HttpProblem('origin-not-allowed', 'changes come from no page of another origin');
    }
    return (await this.accessProblem(request)) ?? bodyProblem(request.body);
  }

  private async accessProblem(request: Request): Promise<HttpProblem | undefined> {
    const { token } = this;
    if (token === undefined) return loopbackProblem(request);
    const presented = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined) {
      return new HttpProblem('token-required', 'send Authorization: Bearer with the token');
    }
    const verdict = await token.check(presented);
    if (verdict === 'right') return undefined;
    return verdict === 'wrong'
      ? new HttpProblem('token-wrong', 'this is not the token')
      : new HttpProblem('unavailable', 'the token file of this node cannot be read');
  }
}

export function remoteOf(request: Request): string {
  return request.socket.remoteAddress ?? '';
}

/** The name is checked too: a page whose name was pointed at 127.0.0.1 comes from loopback as well. */
function loopbackProblem(request: Request): HttpProblem | undefined {
  if (!isLoopbackAddress(remoteOf(request)) || !isLoopbackHost(request.headers.host)) {
    return new HttpProblem(
      'loopback-only',
      'without http.ops_token_file changes come from loopback only',
    );
  }
  if (!isPassedOn(request.headers)) return undefined;
  return new HttpProblem(
    'token-required',
    'a proxy passed this on: set http.ops_token_file, and send Authorization: Bearer with the token',
  );
}

function bodyProblem(body: unknown): HttpProblem | undefined {
  if (body === undefined || body === null) return undefined;
  if (Buffer.isBuffer(body)) {
    if (body.length === 0) return undefined;
    return new HttpProblem('unsupported-body', 'send the body as application/json');
  }
  const isFlat =
    typeof body === 'object' &&
    !Array.isArray(body) &&
    Object.values(body).every((value) => typeof value !== 'object' || value === null);
  return isFlat
    ? undefined
    : new HttpProblem('invalid-parameter', 'the body must be one JSON object of plain values');
}
