import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { LimitHits } from '../discovery/limit-hits.ts';
import { HttpProblem, type ProblemBody, type ProblemCode, problemBody } from './http-problem.ts';

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not-found',
  408: 'request-timeout',
  415: 'unsupported-body',
  503: 'unavailable',
};

/** Fixed sentences: the thrown text may quote the request, or show the inside of the program. */
const MESSAGE_OF: Readonly<Partial<Record<ProblemCode, string>>> = {
  'not-found': 'nothing is here on this listener',
  'request-timeout': 'the request did not arrive in time',
  'unsupported-body': 'the body has an encoding that is not read here',
  'malformed-request': 'the request cannot be read',
  unavailable: 'not available now',
};

/** Turns whatever was thrown into the one error body. A fault of ours is reported, never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly reportFault: (fault: unknown) => void,
    private readonly hits: LimitHits,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    // Refused while it was being handled: its body has become too large.
    if (response.writableEnded) return;
    const body = this.bodyOf(thrown);
    if (body.code === 'rate-limited') this.hits.met('http-rate');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(body.statusCode).json(body);
  }

  private bodyOf(thrown: unknown): ProblemBody {
    if (thrown instanceof HttpProblem) return thrown.getResponse() as ProblemBody;
    const status = statusOf(thrown);
    if (status < 400 || status >= 500) {
      if (status !== 503) this.reportFault(thrown);
      const code = status === 503 ? 'unavailable' : 'internal-error';
      return problemBody(code, MESSAGE_OF[code] ?? 'an internal error; the log has the details');
    }
    const code = CODE_OF_STATUS[status] ?? 'malformed-request';
    return problemBody(code, MESSAGE_OF[code] ?? 'refused');
  }
}

/** Nest's exceptions and those of the body parser both carry a number called `status`. */
function statusOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null) return 500;
  if ('getStatus' in thrown && typeof thrown.getStatus === 'function') {
    return Number(thrown.getStatus());
  }
  return 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : 500;
}
