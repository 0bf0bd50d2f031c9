import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A value that cannot be printed. Every way of turning it into text gives `[secret]`: template strings, JSON,
 * `util.inspect`, loggers. `reveal()` hands out the value at the last moment, to the one call that needs it.
 */
export class Secret<T extends string | Uint8Array = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }

  get [Symbol.toStringTag](): string {
    return 'Secret';
  }
}

/** The text that the bytes spell, as a secret; the bytes are zeroed, whatever happens. */
export const takeSecret = (bytes: Uint8Array): Secret => {
  try {
    return secret(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } finally {
    bytes.fill(0);
  }
};

export const secret = <T extends string | Uint8Array>(value: T): Secret<T> => new Secret(value);
