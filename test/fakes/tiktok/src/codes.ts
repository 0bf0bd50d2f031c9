import { randomBytes } from 'node:crypto';

/** What an authorization code stands for. */
export interface IssuedCode {
  readonly clientKey: string;
  readonly creator: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
}

/** Authorization codes: each is good for one attempt, whether the attempt succeeds or not. */
export class Codes {
  readonly #live = new Map<string, IssuedCode & { readonly expiresAt: number }>();

  /** Codes carry `*` and `!` as real ones do: a client that encodes twice, or not at all, breaks on them. */
  issue(details: IssuedCode, lifeSeconds: number): string {
    const code = `${randomBytes(24).toString('base64url')}*0!${1000 + (randomBytes(2).readUInt16BE() % 9000)}.va`;
    this.#live.set(code, { ...details, expiresAt: Date.now() + lifeSeconds * 1000 });
    return code;
  }

  /** Undefined when the code is unknown, used, or too old. */
  take(code: string): IssuedCode | undefined {
    const issued = this.#live.get(code);
    this.#live.delete(code);
    return issued !== undefined && Date.now() < issued.expiresAt ? issued : undefined;
  }

  clear(): void {
    this.#live.clear();
  }
}
