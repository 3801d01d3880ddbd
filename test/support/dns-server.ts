import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

import { parseIpv4, parseIpv6 } from '../../src/core/support/ip-address.ts';

export interface SrvAnswer {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** What a name has; a name that is not listed does not exist. */
export interface DnsZoneEntry {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly srv?: readonly SrvAnswer[];
  /** Queries of these types get no answer at all. */
  readonly silent?: readonly DnsQuestionType[] | 'all';
  readonly delayMs?: number;
  /** So many first queries get no answer. */
  readonly lose?: number;
  /** Response code in place of an answer: 2 SERVFAIL, 5 REFUSED. */
  readonly responseCode?: number;
}

export type DnsQuestionType = 'A' | 'AAAA' | 'SRV' | 'other';

export interface DnsQuestion {
  readonly name: string;
  readonly type: DnsQuestionType;
}

const TYPES: Readonly<Record<number, DnsQuestionType>> = { 1: 'A', 28: 'AAAA', 33: 'SRV' };
const NXDOMAIN = 3;

/** A DNS server on a UDP port of 127.0.0.1 (RFC 1035): what the resolver under test really asks. */
export class DnsServer {
  readonly questions: DnsQuestion[] = [];
  private readonly zone: Map<string, DnsZoneEntry>;
  private isStopped = false;

  private constructor(
    private readonly socket: Socket,
    zone: Readonly<Record<string, DnsZoneEntry>>,
  ) {
    this.zone = new Map(Object.entries(zone));
    socket.on('message', (message, from) => this.answer(message, from));
  }

  static async start(zone: Readonly<Record<string, DnsZoneEntry>>): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new DnsServer(socket, zone);
  }

  /** As `dns.Resolver.setServers` takes it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  set(name: string, entry: DnsZoneEntry): void {
    this.zone.set(name, entry);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await new Promise<void>((resolve) => this.socket.close(() => resolve()));
  }

  private answer(message: Buffer, from: RemoteInfo): void {
    const { name, end } = readName(message);
    const type = TYPES[message.readUInt16BE(end)] ?? 'other';
    this.questions.push({ name, type });
    const entry = this.zone.get(name);
    if (isSilent(entry, type) || this.isLost(name, entry)) return;
    const response = responseTo(message.subarray(0, end + 4), entry, type);
    const send = (): void => {
      if (!this.isStopped) this.socket.send(response, from.port, from.address);
    };
    if (entry?.delayMs === undefined) send();
    else setTimeout(send, entry.delayMs);
  }

  private isLost(name: string, entry: DnsZoneEntry | undefined): boolean {
    const asked = this.questions.filter((question) => question.name === name).length;
    return asked <= (entry?.lose ?? 0);
  }
}

function isSilent(entry: DnsZoneEntry | undefined, type: DnsQuestionType): boolean {
  return entry?.silent === 'all' || entry?.silent?.includes(type) === true;
}

function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function recordsOf(entry: DnsZoneEntry, type: DnsQuestionType): Buffer[] {
  if (type === 'A') return (entry.a ?? []).map((ip) => record(1, parseIpv4(ip) as Uint8Array));
  if (type === 'AAAA') {
    return (entry.aaaa ?? []).map((ip) => record(28, parseIpv6(ip) as Uint8Array));
  }
  return type === 'SRV' ? (entry.srv ?? []).map((srv) => record(33, srvBody(srv))) : [];
}

function srvBody(srv: SrvAnswer): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(srv.priority, 0);
  numbers.writeUInt16BE(srv.weight, 2);
  numbers.writeUInt16BE(srv.port, 4);
  const labels = srv.target === '.' ? [] : srv.target.split('.');
  const name = labels.map((label) => Buffer.from(String.fromCharCode(label.length) + label));
  return Buffer.concat([numbers, ...name, Buffer.from([0])]);
}

/** One resource record about the name of the question, time to live 0. */
function record(type: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(body.length, 10);
  return Buffer.concat([head, body]);
}

function responseTo(
  question: Buffer,
  entry: DnsZoneEntry | undefined,
  type: DnsQuestionType,
): Buffer {
  const code = entry === undefined ? NXDOMAIN : (entry.responseCode ?? 0);
  const records = entry === undefined || code !== 0 ? [] : recordsOf(entry, type);
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, ...records]);
}
