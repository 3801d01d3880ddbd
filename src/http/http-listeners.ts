import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { LimitName } from '../core/support/limits.ts';
import { HTTP_LIMITS } from '../core/support/surface-limits.ts';
import type { ApplicationStatus, ListenerName } from '../discovery/application-status.ts';
import type { LimitHits } from '../discovery/limit-hits.ts';
import { VisionError } from '../support/vision-error.ts';
import { isLoopbackBinding } from './host-check.ts';
import { type ProblemBody, type ProblemCode, problemBody } from './http-problem.ts';
import { setListener } from './listener-of-request.ts';
import { PacedSocket } from './paced-socket.ts';
import { headProblem } from './request-head.ts';

export interface BoundListener {
  readonly name: ListenerName;
  readonly host: string;
  readonly port: number;
}

/** The two servers in front of one application; each says for itself what its requests may see. */
export class HttpListeners {
  private readonly servers = new Map<ListenerName, Server>();
  /** Requests without an answer yet, by connection. */
  private readonly waiting = new WeakMap<Socket, number>();

  constructor(
    private readonly application: RequestListener,
    private readonly status: ApplicationStatus,
    private readonly hits: LimitHits,
  ) {}

  /**
   * Starts to accept. @returns what was bound, with the real port for port 0.
   * @throws VisionError VN_ERR_CANNOT_LISTEN
   */
  async open(listener: BoundListener): Promise<BoundListener> {
    const { name, host, port } = listener;
    const server = this.createServer(name, name === 'operations' && isLoopbackBinding(host));
    await listen(server, listener);
    this.servers.set(name, server);
    server.on('close', () => this.status.listenerClosed(name));
    this.status.listenerOpened(name);
    const bound = server.address() as AddressInfo | null;
    return { name, host, port: bound?.port ?? port };
  }

  /** Stops to accept, lets answers under way finish for `graceMs`, then ends every connection. */
  async close(graceMs: number): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => closeServer(server, graceMs)));
    this.servers.clear();
  }

  private createServer(name: ListenerName, loopbackOnly: boolean): Server {
    const server = createServer(
      {
        headersTimeout: HTTP_LIMITS.headersTimeoutMs,
        requestTimeout: HTTP_LIMITS.requestTimeoutMs,
        keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
        connectionsCheckingInterval: HTTP_LIMITS.sweepIntervalMs,
        maxHeaderSize: HTTP_LIMITS.headerBytesMax,
        // Asked for by `headProblem`, with an answer of ours.
        requireHostHeader: false,
      },
      (request, response) => {
        if (!this.isInTurn(request, response)) return;
        setListener(request, name);
        this.prepare(response);
        const problem = headProblem(request, loopbackOnly);
        if (problem === undefined) this.application(request, response);
        else refuse(request, response, problem);
      },
    );
    server.maxConnections = HTTP_LIMITS.socketsMax;
    server.timeout = HTTP_LIMITS.idleSocketTimeoutMs;
    server.on('drop', () => this.hits.met('http-sockets'));
    server.on('timeout', (socket: Socket) => {
      // A kept connection on which nothing is asked ends like this, too.
      if ((this.waiting.get(socket) ?? 0) > 0) this.hits.met('http-timeout');
      socket.destroy();
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      const limit = LIMIT_OF_FAULT[error.code ?? ''];
      if (limit !== undefined) this.hits.met(limit);
      answerClientError(error, socket);
    });
    readInPieces(server);
    return server;
  }

  /**
   * Node hands over every request of a packet at once, and thousands fit: handling them takes seconds
   * in which nothing else is served. @returns whether this one is to be answered
   */
  private isInTurn({ socket }: IncomingMessage, response: ServerResponse): boolean {
    // What was read with the request too many still comes.
    if (socket.destroyed) return false;
    const waiting = (this.waiting.get(socket) ?? 0) + 1;
    if (waiting > HTTP_LIMITS.pipelinedMax) {
      this.hits.met('http-pipelined');
      socket.destroy();
      return false;
    }
    this.waiting.set(socket, waiting);
    response.once('close', () => this.waiting.set(socket, (this.waiting.get(socket) ?? 1) - 1));
    return true;
  }

  private prepare(response: ServerResponse): void {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    // A client that keeps its connection would be cut off when the listener goes.
    if (this.status.draining) response.setHeader('connection', 'close');
  }
}

/** Puts a `PacedSocket` between each connection and Node's own handling of it. */
function readInPieces(server: Server): void {
  const handlers = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (raw: Socket) => {
    const paced = new PacedSocket(raw);
    for (const handle of handlers) handle.call(server, paced);
  });
}

function listen(server: Server, { name, host, port }: BoundListener): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void => {
      const what = name === 'public' ? 'HTTP API' : 'operations API';
      reject(
        new VisionError(
          'VN_ERR_CANNOT_LISTEN',
          `cannot listen on ${hostPort(host, port)} for the ${what}: ${cause.code ?? cause.message}`,
          name === 'public'
            ? 'choose another port with --http-port; the others follow it'
            : 'choose another port with --ops-port',
          { cause },
        ),
      );
    };
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}

function refuse(request: IncomingMessage, response: ServerResponse, body: ProblemBody): void {
  request.resume();
  response.writeHead(body.statusCode, {
    'content-type': 'application/json; charset=utf-8',
    connection: 'close',
  });
  response.end(JSON.stringify(body));
}

const LIMIT_OF_FAULT: Readonly<Record<string, LimitName>> = {
  HPE_HEADER_OVERFLOW: 'http-header-bytes',
  ERR_HTTP_REQUEST_TIMEOUT: 'http-timeout',
};

/** What the parser refused never became a request; the answer is written by hand. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const text = rawAnswer(problemBody(...problemOf(error.code)));
  socket.end(text, () => socket.destroy());
}

function problemOf(code: string | undefined): [ProblemCode, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return ['headers-too-large', 'headers over 16384 bytes'];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return ['request-timeout', 'the request did not arrive in time'];
  }
  return ['malformed-request', 'the request is not HTTP/1.1'];
}

function rawAnswer(body: ProblemBody): string {
  const json = JSON.stringify(body);
  return [
    `HTTP/1.1 ${body.statusCode} ${body.error}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(json)}`,
    '',
    json,
  ].join('\r\n');
}
