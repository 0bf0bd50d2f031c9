import { digestOfDataKey } from '@trendpot/persistence';
import type { Binary } from 'mongodb';
import type { VaultLab } from '../../../services/token-vault/test/vault-lab.ts';
import { needlesOf } from '../../security/needles.ts';
import { makeSearch } from '../../security/search.ts';
import { crashRun, type CrashPlan } from './crash-run.ts';
import type { CrashOutcome } from './judge.ts';

export interface MatrixResult {
  readonly runs: number;
  readonly consentsLost: number;
  readonly grantsLeftAlive: number;
  readonly receiptsUntrue: number;
  readonly maxRefreshesInFlight: number;
  readonly pairsReceived: number;
  /** Calls of the vault that made most of them. */
  readonly mostCalls: number;
  /** Tokens found anywhere in the database, in the clear or only encoded. */
  readonly secretsFound: number;
  /** Data keys that no credential names, and credentials whose key is not there. */
  readonly keysAstray: number;
  /** Faults of the audit chains. */
  readonly auditFaults: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Plans that did not end as promised. */
  readonly failures: readonly { readonly plan: CrashPlan; readonly outcome: CrashOutcome }[];
}

/** Every document of the database as text; bytes as the text they may be. */
const dump = async (lab: VaultLab): Promise<Buffer> => {
  const db = lab.database.client.db(lab.database.collections.accounts.dbName);
  const parts: string[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    for await (const document of db.collection(name).find({}, { promoteBuffers: true })) {
      const text = JSON.stringify(document, (_key, value: unknown) => {
        const bytes = value as { type?: string; data?: number[] };
        return bytes?.type === 'Buffer' ? Buffer.from(bytes.data ?? []).toString('latin1') : value;
      });
      parts.push(text);
    }
  }
  return Buffer.from(parts.join('\n'));
};

/** How many of the tokens stand in the bytes, as they are or in any way of writing them. */
const countSecrets = (tokens: readonly string[], bytes: Buffer): number => {
  const needles = tokens.flatMap((token) => needlesOf({ name: token, value: Buffer.from(token) }));
  return new Set(makeSearch(needles)(bytes).map(({ secret }) => secret)).size;
};

const hexOf = ({ buffer, position }: Binary): string => Buffer.from(buffer.subarray(0, position)).toString('hex');

const keysAstray = async ({ database: { collections } }: VaultLab): Promise<number> => {
  const { accounts, pendingRevocations, dataKeys } = collections;
  const holders = [...(await accounts.find().toArray()), ...(await pendingRevocations.find().toArray())];
  const named = new Map(
    holders.flatMap(({ _id, credential }) =>
      credential?.dataKeyDigest === undefined ? [] : [[_id, hexOf(credential.dataKeyDigest)] as const],
    ),
  );
  const kept = new Map(
    (await dataKeys.find().toArray()).map(({ _id, wrapped }) => {
      const digest = digestOfDataKey(Buffer.from(hexOf(wrapped), 'hex'));
      return [_id, digest.toString('hex')] as const;
    }),
  );
  return [...new Set([...named.keys(), ...kept.keys()])].filter((id) => named.get(id) !== kept.get(id)).length;
};

const isBroken = ({ consentLost, grantLeftAlive, receiptUntrue, maxRefreshesInFlight }: CrashOutcome): boolean =>
  consentLost || grantLeftAlive || receiptUntrue || maxRefreshesInFlight > 1;

/** Runs the plans, some at a time, each lane with a TikTok of its own; then looks the whole database over. */
export const crashMatrix = async (
  lab: VaultLab,
  plans: readonly CrashPlan[],
  lanes: number,
  onRun: (done: number) => void = () => undefined,
): Promise<MatrixResult> => {
  const waiting = [...plans];
  const ended: { plan: CrashPlan; outcome: CrashOutcome }[] = [];
  const lane = async (): Promise<void> => {
    const own = await lab.withOwnTikTok();
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      ended.push({ plan, outcome: await crashRun(own, plan) });
      onRun(ended.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));

  const tokens = new Set(ended.flatMap(({ outcome }) => [...outcome.tokens]));
  const outcomes: Record<string, number> = {};
  for (const { outcome } of ended) outcomes[outcome.state] = (outcomes[outcome.state] ?? 0) + 1;
  const audit = await lab.replica().verifyAudit({});
  return {
    runs: ended.length,
    consentsLost: ended.filter(({ outcome }) => outcome.consentLost).length,
    grantsLeftAlive: ended.filter(({ outcome }) => outcome.grantLeftAlive).length,
    receiptsUntrue: ended.filter(({ outcome }) => outcome.receiptUntrue).length,
    maxRefreshesInFlight: Math.max(0, ...ended.map(({ outcome }) => outcome.maxRefreshesInFlight)),
    pairsReceived: ended.reduce((sum, { outcome }) => sum + outcome.pairsReceived, 0),
    mostCalls: Math.max(0, ...ended.flatMap(({ outcome }) => outcome.traces.map(({ length }) => length))),
    secretsFound: countSecrets([...tokens], await dump(lab)),
    keysAstray: await keysAstray(lab),
    auditFaults: audit.findings.length,
    outcomes,
    failures: ended.filter(({ outcome }) => isBroken(outcome)),
  };
};
