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
import { ConnectionPlaces } from './connection-places.ts';
import { isLoopbackAddress } from './host-check.ts';
import { type ProblemBody, type ProblemCode, problemBody } from './http-problem.ts';
import { setListener } from './listener-of-request.ts';
import { PacedSocket } from './paced-socket.ts';
import { boundBody } from './request-body.ts';
import { headProblem } from './request-head.ts';

export interface BoundListener {
  readonly name: ListenerName;
  readonly host: string;
  readonly port: number;
}

/** What a listener knows of itself. */
interface Gate {
  readonly name: ListenerName;
  readonly places: ConnectionPlaces;
  loopbackOnly: boolean;
}

/** The two servers in front of one application; each says for itself what its requests may see. */
export class HttpListeners {
  private readonly servers = new Map<ListenerName, Server>();

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
    const { name, host } = listener;
    const places = new ConnectionPlaces(HTTP_LIMITS, () => this.hits.met('http-sockets'));
    const gate: Gate = { name, places, loopbackOnly: name === 'operations' };
    const server = this.createServer(gate);
    await listen(server, listener);
    this.servers.set(name, server);
    server.on('close', () => this.status.listenerClosed(name));
    this.status.listenerOpened(name);
    const bound = server.address() as AddressInfo;
    // Of all spellings and names of loopback, what was bound is the only one that tells.
    gate.loopbackOnly &&= isLoopbackAddress(bound.address);
    return { name, host, port: bound.port };
  }

  /** Stops to accept, lets answers under way finish for `graceMs`, then ends every connection. */
  async close(graceMs: number): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => closeServer(server, graceMs)));
    this.servers.clear();
  }

  private createServer(gate: Gate): Server {
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
      (request, response) => this.handle(gate, request, response),
    );
    // Whoever has ended its side still gets the answers to what it has asked.
    Object.assign(server, { httpAllowHalfOpen: true });
    // Room for those that are being ended; the places are what bounds.
    server.maxConnections = HTTP_LIMITS.socketsMax + HTTP_LIMITS.newcomersSpared;
    server.timeout = HTTP_LIMITS.idleSocketTimeoutMs;
    server.on('drop', () => this.hits.met('http-sockets'));
    server.on('timeout', (socket: Socket) => {
      // A kept connection on which nothing is asked ends like this, too.
      if (gate.places.waiting(socket) > 0) this.hits.met('http-timeout');
      socket.destroy();
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      const limit = LIMIT_OF_FAULT[error.code ?? ''];
      if (limit !== undefined) this.hits.met(limit);
      answerClientError(error, socket);
    });
    readInPieces(server, gate.places);
    return server;
  }

  private handle(gate: Gate, request: IncomingMessage, response: ServerResponse): void {
    if (!this.isInTurn(gate.places, request, response)) return;
    setListener(request, gate.name);
    this.prepare(response);
    const problem = headProblem(request, gate.loopbackOnly);
    if (problem !== undefined) {
      refuse(request, response, problem);
      return;
    }
    const isBounded = boundBody(request, HTTP_LIMITS.bodyBytesMax, () => {
      this.hits.met('http-body-bytes');
      // Answered before the body was read: there is nothing more to say.
      if (response.headersSent) request.socket.destroy();
      else refuse(request, response, BODY_TOO_LARGE);
    });
    if (isBounded) this.application(request, response);
  }

  /**
   * Node hands over every request of a packet at once, and thousands fit: handling them takes seconds
   * in which nothing else is served. @returns whether this one is to be answered
   */
  private isInTurn(
    places: ConnectionPlaces,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const { socket } = request;
    // What was read with the request too many still comes.
    if (socket.destroyed) return false;
    if (places.waiting(socket) >= HTTP_LIMITS.pipelinedMax) {
      this.hits.met('http-pipelined');
      socket.destroy();
      return false;
    }
    places.asks(request, response);
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
function readInPieces(server: Server, places: ConnectionPlaces): void {
  const handlers = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (raw: Socket) => {
    const paced = new PacedSocket(raw);
    places.enter(paced);
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
  const socket: unknown = request.socket;
  if (socket instanceof PacedSocket) socket.lingers = true;
  request.resume();
  response.writeHead(body.statusCode, {
    'content-type': 'application/json; charset=utf-8',
    connection: 'close',
  });
  response.end(JSON.stringify(body));
}

const BODY_TOO_LARGE = problemBody(
  'body-too-large',
  `the body is over ${HTTP_LIMITS.bodyBytesMax} bytes`,
);

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
