import { digestOfDataKey, type Collections, type SealedCredential } from '@trendpot/persistence';
import { Binary, type ClientSession } from 'mongodb';
import type { Credential } from '../domain/sealing/credential.ts';
import { batchedFind } from './mongo-batched-find.ts';
import { asBytes, toCredential } from './mongo-credential.ts';

/** Wrapped keys are small, and of no use to anybody without KMS. */
const MOST_REMEMBERED = 10_000;
/** Opens nothing: the key is gone, or another one lies in its place. */
const NO_KEY = new Uint8Array();

/**
 * The wrapped data keys, which lie apart from the tokens they open. Written in the transaction that writes the
 * credential; read apart from it, so a key that does not fit its credential may have been replaced between both reads.
 */
export interface MongoDataKeys {
  /** `undefined` when the account has no key, or another one than the credential names. */
  wrappedFor(accountId: string, credential: SealedCredential): Promise<Uint8Array | undefined>;
  /** The credential with its key; `again` reads it once more in case both were replaced. */
  attach(
    accountId: string,
    credential: SealedCredential,
    again: () => Promise<SealedCredential | undefined>,
  ): Promise<Credential>;
  store(session: ClientSession, accountId: string, credential: Credential): Promise<void>;
  erase(session: ClientSession, accountId: string): Promise<void>;
}

export const withoutKey = (credential: SealedCredential): Credential => toCredential(credential, NO_KEY);

/**
 * The wrapped keys read last, by their digests: what a digest stands for never changes. Only for a while, because a key
 * that was erased is to open nothing any more.
 */
const makeMemory = (rememberMs: number) => {
  const remembered = new Map<string, { readonly wrapped: Uint8Array; readonly until: number }>();
  return {
    recall: (digest: string): Uint8Array | undefined => {
      const known = remembered.get(digest);
      if (known !== undefined && performance.now() < known.until) return known.wrapped;
      remembered.delete(digest);
      return undefined;
    },
    forget: (digest: string): void => void remembered.delete(digest),
    remember: (digest: string, wrapped: Uint8Array): void => {
      remembered.set(digest, { wrapped, until: performance.now() + rememberMs });
      for (const oldest of remembered.keys()) {
        if (remembered.size <= MOST_REMEMBERED) break;
        remembered.delete(oldest);
      }
    },
  };
};

/** @param rememberMs how long a key that was read goes on being used without another look */
export const mongoDataKeys = ({ dataKeys }: Pick<Collections, 'dataKeys'>, rememberMs: number): MongoDataKeys => {
  const findKey = batchedFind(dataKeys, { wrapped: 1 });
  const { recall, remember, forget } = makeMemory(rememberMs);
  const latin1 = (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

  const wrappedFor: MongoDataKeys['wrappedFor'] = async (accountId, { dataKeyDigest, wrappedDataKey }) => {
    if (dataKeyDigest === undefined) return wrappedDataKey === undefined ? undefined : asBytes(wrappedDataKey);
    const digest = latin1(asBytes(dataKeyDigest));
    const remembered = recall(digest);
    if (remembered !== undefined) return remembered;
    const found = await findKey(accountId);
    if (found === undefined) return undefined;
    const wrapped = asBytes(found.wrapped);
    if (latin1(digestOfDataKey(wrapped)) !== digest) return undefined;
    remember(digest, wrapped);
    return wrapped;
  };

  return {
    wrappedFor,
    attach: async (accountId, credential, again) => {
      const wrapped = await wrappedFor(accountId, credential);
      if (wrapped !== undefined) return toCredential(credential, wrapped);
      const newer = await again();
      const itsKey = newer === undefined ? undefined : await wrappedFor(accountId, newer);
      return newer === undefined || itsKey === undefined ? withoutKey(credential) : toCredential(newer, itsKey);
    },
    store: async (session, accountId, { wrappedDataKey }) => {
      const document = { wrapped: new Binary(wrappedDataKey) };
      await dataKeys.replaceOne({ _id: accountId }, document, { upsert: true, session });
    },
    erase: async (session, accountId) => {
      const erased = await dataKeys.findOneAndDelete({ _id: accountId }, { session });
      if (erased !== null) forget(latin1(digestOfDataKey(asBytes(erased.wrapped))));
    },
  };
};
