import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import { below, type RandomSource } from '../../core/support/random-source.ts';

const P2P_PORT = 7_071;
/** 101.0.0.0 to 124.255.255.255 belong to attackers: public, and no honest peer lives there. */
const FIRST_OCTET = 101;
const OCTETS = 24;
const HOSTS_PER_OCTET = 250;

/**
 * All addresses of one attacker, in so many /16s, dealt out to these in turn. Nothing is stored per
 * address: a number is an address.
 */
export class AttackerPool {
  private next = 0;

  constructor(
    readonly count: number,
    readonly groups: number,
  ) {
    if (groups > OCTETS * 256) throw new RangeError(`${groups} groups of attackers`);
  }

  /** @param index 0 … count − 1 */
  address(index: number): PeerAddress {
    return peerAddressOfIp(this.ip(index), P2P_PORT);
  }

  key(index: number): string {
    return `${this.ip(index).join('.')}:${P2P_PORT}`;
  }

  /** @returns the number of an address of this pool; undefined for anybody else's */
  indexOf(ip: Uint8Array): number | undefined {
    const [a = 0, b = 0, c = 0, d = 0] = ip;
    if (!isAttackers(ip)) return undefined;
    const group = (a - FIRST_OCTET) * 256 + b;
    const host = (c - 1) * HOSTS_PER_OCTET + (d - 1);
    const index = host * this.groups + group;
    return group < this.groups && host >= 0 && index < this.count ? index : undefined;
  }

  /** The next addresses in turn: each is named once before one is named again. */
  fresh(count: number): string[] {
    return Array.from({ length: Math.min(count, this.count) }, () => {
      this.next = (this.next + 1) % this.count;
      return this.key(this.next);
    });
  }

  any(random: RandomSource): string {
    return this.key(below(random, this.count));
  }

  private ip(index: number): Uint8Array {
    const group = index % this.groups;
    const host = Math.floor(index / this.groups);
    return Uint8Array.of(
      FIRST_OCTET + (group >> 8),
      group & 0xff,
      1 + Math.floor(host / HOSTS_PER_OCTET),
      1 + (host % HOSTS_PER_OCTET),
    );
  }
}

/** Ground truth: whether an address is an attacker's. */
export function isAttackers(ip: Uint8Array): boolean {
  const first = ip[0] as number;
  return ip.length === 4 && first >= FIRST_OCTET && first < FIRST_OCTET + OCTETS;
}

/** As `isAttackers`, for the text `a.b.c.d:port`. */
export function isAttackersKey(key: string): boolean {
  const first = Number(key.slice(0, key.indexOf('.')));
  return first >= FIRST_OCTET && first < FIRST_OCTET + OCTETS;
}
