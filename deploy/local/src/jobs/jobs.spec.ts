import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { AuditEntry, auditHash, newAccountId, STREAM } from '@trendpot/contracts';
import { ensureTopology, type Messaging } from '@trendpot/messaging';
import { bury, CEILINGS, someSyncJob, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { REPOSITORY } from '../platform/repository.ts';
import { runCommand } from '../parts/run-command.ts';
import { reportAsJson, reportAsText } from './describe-report.ts';
import { readOptions } from './options.ts';
import { runJobs } from './run-jobs.ts';

const MAIN = join(REPOSITORY, 'deploy/local/src/jobs/main.ts');
const [first, second] = [newAccountId(), newAccountId()];

let nats: PlatformNats;
let ingestion: Messaging;
let operator: Messaging;
let gateway: Messaging;

/** What the audit has, in the order of the stream. */
const recorded = async (): Promise<AuditEntry[]> => {
  const { state } = await operator.manager.streams.info(STREAM.audit);
  const numbers = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
  return Promise.all(
    numbers.map(async (seq) =>
      AuditEntry.parse((await operator.manager.streams.getMessage(STREAM.audit, { seq }))?.json()),
    ),
  );
};

const jobs = async (...parameters: string[]): Promise<{ complete: boolean; text: string; json: string }> => {
  const options = readOptions(parameters);
  if (options === 'help') throw new Error('nothing is carried out with --help');
  const report = await runJobs(operator, options);
  return { complete: report.complete, text: reportAsText(report), json: reportAsJson(report) };
};
const numbersOf = async (...filter: string[]): Promise<number[]> => {
  const { json } = await jobs('list', ...filter);
  return (JSON.parse(json) as { letters: { number: number }[] }).letters.map(({ number }) => number);
};

beforeAll(async () => {
  nats = await startPlatformNats();
  [ingestion, operator, gateway] = await Promise.all([
    nats.connect('ingestion'),
    nats.connect('operator'),
    nats.connect('auth-gateway'),
  ]);
  // Those of the other owners are not needed, so nobody waits for them.
  await ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS });
}, 60_000);
afterAll(() => nats.stop());

describe('npm run jobs', () => {
  let redrivable: number;
  let malformed: number;
  beforeAll(async () => {
    redrivable = await bury(ingestion, someSyncJob(first));
    malformed = await bury(ingestion, someSyncJob(second), {
      code: 'E_MALFORMED_MESSAGE',
      body: '',
      message: 'not \u001b[2J JSON',
    });
  });

  it('lists what was given up, by account and code, with the price of trying again', async () => {
    const { complete, text } = await jobs('list');
    expect(complete).toBe(true);
    expect(text).toMatch(
      new RegExp(`${redrivable} +\\d+s  sync +${first}  E_TIKTOK_UNAVAILABLE +5 +1  TikTok answered 503`),
    );
    expect(text).toContain('2 dead letters; trying them all again takes at most 1 calls');
    expect(await numbersOf('--account', second)).toEqual([malformed]);
    expect(await numbersOf('--code', 'E_TIKTOK_UNAVAILABLE')).toEqual([redrivable]);
    expect(await numbersOf('--older-than', '1h')).toEqual([]);
  });

  it('shows one letter with its job, and lets no control character through', async () => {
    const { text } = await jobs('show', String(redrivable));
    expect(text).toContain('"lane":"page"');
    const hostile = await jobs('show', String(malformed));
    expect(hostile.text).toContain('not ?[2J JSON');
  });

  it('says in a dry run what it would do and cost, and does nothing', async () => {
    const { complete, text } = await jobs('redrive', '--account', first, '--dry-run');
    expect([complete, text]).toEqual([
      true,
      expect.stringContaining('1 would be queued again: at most 1 calls to TikTok'),
    ]);
    expect(await numbersOf()).toEqual([redrivable, malformed]);
  });

  it('does nothing that cannot be put on record', async () => {
    await expect(jobs('redrive', '--all')).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    await expect(jobs('drop', '--all')).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect(await numbersOf()).toEqual([redrivable, malformed]);
    // From here on there is a stream to record in.
    await ensureTopology(gateway, 'auth-gateway', {});
  });

  it('tries again what can be tried again, and says what cannot', async () => {
    const { complete, text } = await jobs('redrive', '--all');
    expect(complete).toBe(false);
    expect(text).toContain('1 queued again');
    expect(text).toContain('1 left where they are');
    expect(await numbersOf()).toEqual([malformed]);
    const queued = await ingestion.manager.direct.getMessage(STREAM.sync, {
      seq: 1,
      next_by_subj: `tiktok.jobs.sync.page.${first}`,
    });
    expect(queued?.json()).toMatchObject({ accountId: first, page: 2, attempt: 1 });
  });

  it('drops for good, and says when a number is not there', async () => {
    const { complete, text } = await jobs('drop', String(malformed), '9999');
    expect([complete, text]).toEqual([false, expect.stringContaining('1 dropped for good')]);
    expect(text).toContain('not there: 9999');
    expect(await numbersOf()).toEqual([]);
  });

  it('records what it changes before and after, by account, in one chain a command; looking leaves no entry', async () => {
    const entries = await recorded();
    expect(entries.map(({ operation, accountId }) => [operation, accountId])).toEqual([
      ['dead-letters.redrive.asked', first],
      ['dead-letters.redrive.ended', first],
      ['dead-letters.drop.asked', second],
      ['dead-letters.drop.ended', second],
    ]);
    expect(entries.every(({ caller, outcome }) => caller === 'operator' && outcome === 'done')).toBe(true);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 1, 2]);
    expect(entries[1]?.previousHash).toBe(entries[0]?.hash);
    for (const entry of entries) expect(auditHash(entry)).toBe(entry.hash);
  });

  it('tells by its exit status how it went', async () => {
    const key = { NATS_CREDENTIALS_FILE: nats.users.credentialsFileOf('operator') };
    const run = (environment: NodeJS.ProcessEnv, ...parameters: string[]) =>
      runCommand(process.execPath, ['--conditions=@trendpot/source', MAIN, ...parameters], {
        env: { PATH: process.env['PATH'], ...environment },
        timeoutMs: 50_000,
      });
    const ways = await Promise.all([
      run({ NATS_URL: nats.url, ...key }, 'list', '--json'),
      run({ NATS_URL: nats.url, ...key }, 'show', '9999'),
      run({}, 'help'),
      run({ NATS_URL: 'nats://127.0.0.1:1' }, 'list'),
      run({ NATS_URL: nats.url }, 'list'),
    ]);
    expect(ways.map(({ code }) => code)).toEqual([0, 1, 64, 69, 78]);
    expect(JSON.parse(ways[0].lines.at(-1) ?? '')).toMatchObject({ command: 'list', letters: [] });
  }, 60_000);
});
