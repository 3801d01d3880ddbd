import { randomBytes } from 'node:crypto';

/** Base64 of these bytes wherever they begin in what is encoded, without the characters at both ends that others share. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

function formsOf(secret: Buffer): Map<string, string> {
  const raw = secret.toString('latin1');
  const forms: [string, string][] = [
    ['raw', raw],
    ['UTF-8', secret.toString('utf8')],
    ['JSON', escaped(raw)],
    ['URL-encoded', encodeURIComponent(raw)],
    ['URL-encoded in full', [...secret].map((byte) => `%${hexOf(byte)}`).join('')],
    ['hex', secret.toString('hex')],
    ['backwards', Buffer.from(secret).reverse().toString('latin1')],
  ];
  for (const [offset, text] of base64Forms(secret).entries()) {
    forms.push([`base64 at ${offset}`, text]);
    forms.push([`base64url at ${offset}`, text.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  return new Map(forms.map(([name, text]) => [name, text.toLowerCase()]));
}

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Secrets that no program makes up by itself, and where any of them shows, in whatever form. */
export class Canaries {
  private readonly forms = new Map<string, ReadonlyMap<string, string>>();

  /**
   * A new secret of visible ASCII with what URLs, JSON and shells treat apart. Its ends are secrets of
   * their own: a mask may hide one of them only, and two encodings on top of each other leave them be.
   */
  make(name: string): string {
    const [begin, end] = [this.makePlain(`begin of ${name}`), this.makePlain(`end of ${name}`)];
    return this.add(name, `${begin}%4a/+=:@'"&?#${end}`);
  }

  /** A new secret of letters and digits only. */
  makePlain(name: string): string {
    return this.add(name, `canary${randomBytes(12).toString('hex')}`);
  }

  /** A secret that somebody else made. */
  add<Secret extends string | Buffer>(name: string, secret: Secret): Secret {
    this.forms.set(name, formsOf(Buffer.from(secret)));
    return secret;
  }

  /** Where a secret shows: its name and form; upper and lower case are not told apart. */
  foundIn(text: string): string[] {
    const lower = text.toLowerCase();
    return [...this.forms].flatMap(([name, forms]) =>
      [...forms].filter(([, form]) => lower.includes(form)).map(([form]) => `${name} (${form})`),
    );
  }
}
