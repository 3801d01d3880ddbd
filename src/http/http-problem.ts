import { HttpException, HttpStatus } from '@nestjs/common';

/** Every `code` of an error body, with its status: a closed set. */
export const PROBLEM_STATUS = {
  'invalid-parameter': HttpStatus.BAD_REQUEST,
  'malformed-request': HttpStatus.BAD_REQUEST,
  'token-required': HttpStatus.UNAUTHORIZED,
  'token-wrong': HttpStatus.FORBIDDEN,
  'loopback-only': HttpStatus.FORBIDDEN,
  'origin-not-allowed': HttpStatus.FORBIDDEN,
  'not-found': HttpStatus.NOT_FOUND,
  'request-timeout': HttpStatus.REQUEST_TIMEOUT,
  conflict: HttpStatus.CONFLICT,
  'body-too-large': HttpStatus.PAYLOAD_TOO_LARGE,
  'unsupported-body': HttpStatus.UNSUPPORTED_MEDIA_TYPE,
  'host-not-allowed': HttpStatus.MISDIRECTED,
  'rate-limited': HttpStatus.TOO_MANY_REQUESTS,
  'headers-too-large': 431,
  'internal-error': HttpStatus.INTERNAL_SERVER_ERROR,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The body of every error answer. */
export interface ProblemBody {
  readonly statusCode: number;
  /** The status in words, RFC 9110. */
  readonly error: string;
  /** For a person. */
  readonly message: string;
  /** For a program. */
  readonly code: ProblemCode;
}

export function problemBody(code: ProblemCode, message: string): ProblemBody {
  const statusCode = PROBLEM_STATUS[code];
  return { statusCode, error: PHRASES[statusCode] ?? 'Error', message, code };
}

/** A refusal that a handler, guard or pipe decides on. */
export class HttpProblem extends HttpException {
  constructor(
    readonly code: ProblemCode,
    message: string,
  ) {
    super(problemBody(code, message), PROBLEM_STATUS[code]);
  }
}
