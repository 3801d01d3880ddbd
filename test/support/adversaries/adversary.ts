/** The node that is attacked, as anybody on its network sees it. */
export interface Target {
  readonly host: string;
  readonly p2pPort: number;
  readonly httpPort: number;
  /** Of the operations listener, on 127.0.0.1: who sits on the machine reaches it. */
  readonly opsPort: number;
  readonly security: 'plain' | 'tls';
  /** Hex of the keys of its honest peers: in plain mode whoever listens on the wire knows them. */
  readonly honestKeys: readonly string[];
}

/** What came of an attack. */
export interface Findings {
  /** How often it did what; shows that the attack took place. */
  readonly did: Readonly<Record<string, number>>;
  /** What the node must never do and did, in words; empty when all is well. */
  readonly broken: readonly string[];
}

/** One way to harm a node. It speaks for itself alone and keeps nothing when its attack is over. */
export interface Adversary {
  readonly name: string;
  /** Attacks until the signal comes, then lets go of all that it holds. */
  attack(target: Target, signal: AbortSignal): Promise<Findings>;
}
