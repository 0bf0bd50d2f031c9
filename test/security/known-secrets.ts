import { hkdfSync } from 'node:crypto';

/** One value that may be nowhere but where it is used. */
export interface KnownSecret {
  /** What it is, in words; told when it is found, the value never is. */
  readonly name: string;
  readonly value: Buffer;
}

/** Every secret a run has seen, once each. */
export class KnownSecrets {
  readonly #byValue = new Map<string, KnownSecret>();

  add(name: string, value: string | Uint8Array): void {
    const bytes = Buffer.from(value as string);
    const key = bytes.toString('hex');
    if (!this.#byValue.has(key)) this.#byValue.set(key, { name, value: bytes });
  }

  /** A data key, and the key the vault derives from it: the one that opens tokens. */
  addDataKey(dataKey: Uint8Array): void {
    this.add('data key', dataKey);
    const derived = hkdfSync('sha256', dataKey, Buffer.alloc(0), 'trendpot/sealed-token/v1/encryption', 32);
    this.add('encryption key', new Uint8Array(derived));
  }

  list(): readonly KnownSecret[] {
    return [...this.#byValue.values()];
  }

  named(name: string): readonly KnownSecret[] {
    return this.list().filter((known) => known.name === name);
  }
}
