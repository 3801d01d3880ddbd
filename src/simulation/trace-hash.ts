const PRIME_A = 0x0100_0193;
const PRIME_B = 0x85eb_ca6b;

/**
 * A running 64-bit digest of everything that the nodes of a run asked for, in order and with its
 * virtual time: two runs with equal digests did the same. Two independent 32-bit multiplicative
 * lanes in the manner of FNV-1a, because 64-bit arithmetic is slow here; not for secrets.
 */
export class TraceHash {
  private a = 0x811c_9dc5;
  private b = 0x9747_b28c;
  private readonly float = new Float64Array(1);
  private readonly words = new Uint32Array(this.float.buffer);

  /** Structural: fields in the order in which the object has them; undefined fields count. */
  add(value: unknown): void {
    if (typeof value === 'number') this.addNumber(value);
    else if (typeof value === 'string') this.addText(value);
    else if (value instanceof Uint8Array) this.addBytes(value);
    else if (typeof value === 'object' && value !== null) this.addObject(value);
    else this.addText(String(value));
  }

  addNumber(value: number): void {
    this.float[0] = value;
    this.word(this.words[0] as number);
    this.word(this.words[1] as number);
  }

  addText(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i += 1) this.word(text.charCodeAt(i));
  }

  addBytes(bytes: Uint8Array): void {
    this.word(bytes.length);
    for (let i = 0; i < bytes.length; i += 1) this.word(bytes[i] as number);
  }

  /** 16 hex digits; the digest may go on afterwards. */
  hex(): string {
    return hex32(avalanche(this.a ^ this.b)) + hex32(avalanche(this.b + Math.imul(this.a, 31)));
  }

  private addObject(value: object): void {
    if (Array.isArray(value)) {
      this.word(value.length);
      for (const item of value) this.add(item);
      return;
    }
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields)) {
      this.addText(name);
      this.add(fields[name]);
    }
  }

  private word(word: number): void {
    this.a = Math.imul(this.a ^ word, PRIME_A);
    const mixed = Math.imul(this.b ^ word, PRIME_B);
    this.b = (mixed << 13) | (mixed >>> 19);
  }
}

/** The finaliser of MurmurHash3: each input bit reaches each output bit. */
function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex32(word: number): string {
  return word.toString(16).padStart(8, '0');
}
