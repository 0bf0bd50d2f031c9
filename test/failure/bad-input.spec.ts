import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  newAccountId,
  newMessageId,
  SERVICES,
  STREAM,
  SUBJECT,
  syncJobSubject,
  syncScheduleSubject,
  type NatsUser,
} from '@trendpot/contracts';
import { connectMessaging, listDeadLetters, publish, type Messaging, type StoredDeadLetter } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { eventually, startTestPlatform, type TestPlatform } from '@trendpot/testing';
import { badJobs, type Queue } from './bad-jobs.ts';

let test: TestPlatform;
let pids: number[];
const users = new Map<NatsUser, Messaging>();
const as = (user: NatsUser): Messaging => {
  const messaging = users.get(user);
  if (messaging === undefined) throw new Error(`${user} did not sign in`);
  return messaging;
};
const signIn = async (user: NatsUser): Promise<Messaging> => {
  const seed = secret(test.platform.natsSeedOf(user) ?? '');
  return connectMessaging({ url: test.platform.backing.natsUrl, user, seed });
};
const pidsOfServices = (): number[] => SERVICES.map((name) => test.platform.service(name).pid);

beforeAll(async () => {
  // Sixteen times the default: what a careless configuration may let through must not harm anybody either.
  test = await startTestPlatform({ natsLines: 'max_payload: 16MB' });
  for (const user of ['auth-gateway', 'ingestion', 'metrics-refresher', 'operator'] as const) {
    users.set(user, await signIn(user));
  }
  pids = pidsOfServices();
}, 180_000);
afterAll(async () => {
  await Promise.all([...users.values()].map((messaging) => messaging.connection.close()));
  await test.stop();
}, 60_000);

const JOB_SUBJECT: Record<Queue, string> = { sync: 'tiktok.jobs.sync.page', refresh: 'tiktok.jobs.refresh' };

const queue = (user: NatsUser, subject: string, body: string | Uint8Array) =>
  as(user).jetstream.publish(subject, body, { msgID: newMessageId(), timeout: 10_000 });

const letterOf = (subject: string): Promise<StoredDeadLetter> =>
  eventually(async () => (await listDeadLetters(as('operator'))).find(({ letter }) => letter.subject === subject), {
    withinMs: 30_000,
    what: `a dead letter of ${subject}`,
  });

const waitingIn = async (stream: string): Promise<Record<string, number>> =>
  (await as('operator').manager.streams.info(stream, { subjects_filter: 'tiktok.jobs.>' })).state.subjects ?? {};

describe.each<Queue>(['sync', 'refresh'])('a job in the %s queue', (name) => {
  it.each(badJobs(name))(
    'that is $what ends as a dead letter',
    async ({ code, bodyFor }) => {
      const accountId = newAccountId();
      const subject = `${JOB_SUBJECT[name]}.${accountId}`;
      await queue('auth-gateway', subject, bodyFor(accountId));
      const { letter } = await letterOf(subject);
      expect(letter).toMatchObject({ queue: name, code, accountId, truncated: code === 'E_MESSAGE_TOO_LARGE' });
      expect(Buffer.from(letter.body, 'base64').byteLength).toBeLessThanOrEqual(64 * 1024);
    },
    60_000,
  );

  it.each([
    ['nobody', 'unknown'],
    ['a letter of another alphabet', 'é'],
    ['a digit', '0'],
    ['half an id', 'acc_short'],
    ['a word of the server', '$JS'],
    ['three hundred letters', 'x'.repeat(300)],
    ['a wildcard', '*'],
    ['a wildcard with a beginning', 'acc_*'],
    ['every subject', '>'],
    ['a space in between', 'acc 0'],
  ])(
    'whose subject ends in %s ends as a dead letter of nobody, or is refused',
    async (_what, token) => {
      const subject = `${JOB_SUBJECT[name]}.${token}`;
      const accepted = await queue('auth-gateway', subject, '{}').then(
        () => true,
        () => false,
      );
      if (accepted) {
        expect((await letterOf(subject.slice(0, 256))).letter).toMatchObject({
          accountId: 'unknown',
          code: 'E_MALFORMED_MESSAGE',
        });
      }
    },
    60_000,
  );

  it('that no worker would ever look at is refused by the server', async () => {
    const nowhere = name === 'sync' ? 'tiktok.jobs.sync.other' : 'tiktok.jobs.refresh.page';
    await expect(queue('auth-gateway', `${nowhere}.${newAccountId()}`, '{}')).rejects.toThrow();
  }, 30_000);
});

describe('a schedule', () => {
  it('that fires garbage ends as a dead letter', async () => {
    const accountId = newAccountId();
    const target = syncJobSubject('page', accountId);
    await publish(as('ingestion'), {
      subject: syncScheduleSubject(accountId),
      body: '{"version":3}',
      messageId: newMessageId(),
      schedule: { at: new Date(Date.now() + 1_000), target },
    });
    expect((await letterOf(target)).letter).toMatchObject({ accountId, code: 'E_MALFORMED_MESSAGE' });
  }, 60_000);
});

describe('garbage in the name of a connected creator', () => {
  it('changes nothing for them', async () => {
    const { accountId } = await test.connect({ creator: 'none' });
    await test.untilState(accountId, 'healthy');
    for (const name of ['sync', 'refresh'] as const) {
      await queue('auth-gateway', `${JOB_SUBJECT[name]}.${accountId}`, '{"version":7}');
      await letterOf(`${JOB_SUBJECT[name]}.${accountId}`);
    }
    const account = await test.collections.accounts.findOne({ _id: accountId });
    expect([account?.state, account?.lastError]).toEqual(['healthy', undefined]);
  }, 90_000);
});

const REQUESTS: [NatsUser, string][] = [
  ['auth-gateway', SUBJECT.vaultExchange],
  ['auth-gateway', SUBJECT.vaultRevoke],
  ['auth-gateway', SUBJECT.vaultStatus],
  ['ingestion', SUBJECT.vaultLease],
  ['metrics-refresher', SUBJECT.vaultLease],
  ['ingestion', SUBJECT.embedsSanitize],
  ['auth-gateway', SUBJECT.videosLookup],
  ['auth-gateway', SUBJECT.videosPage],
];
const NO_REQUESTS: Readonly<Record<string, string | Uint8Array>> = {
  'not JSON': 'hello',
  nothing: '',
  'bytes that are no text': Uint8Array.of(0xff, 0xfe, 0x00),
  null: 'null',
  'a list': '[]',
  'an empty object': '{}',
  'a version of tomorrow': JSON.stringify({ version: 2, requestId: 'req_12345678' }),
  'thirty thousand brackets': '['.repeat(30_000),
  'a prototype': '{"__proto__":{"version":1},"constructor":{}}',
  'an account that is a wildcard': JSON.stringify({ version: 1, requestId: 'req_12345678', accountId: '*' }),
};

describe.each(REQUESTS)('what %s asks on %s', (user, subject) => {
  const ask = async (body: string | Uint8Array): Promise<unknown> =>
    (await as(user).connection.request(subject, body, { timeout: 15_000 })).json();
  const refusal = (code: string) => ({ ok: false, error: { code, message: expect.any(String) } });

  it('is answered with a refusal when it makes no sense', async () => {
    const answers = await Promise.all(
      Object.entries(NO_REQUESTS).map(async ([what, body]) => [what, await ask(body)] as const),
    );
    const expected = Object.keys(NO_REQUESTS).map((what) => [what, refusal('E_MALFORMED_MESSAGE')]);
    expect(answers).toEqual(expected);
  }, 60_000);

  it('is answered with a refusal when it is far too much', async () => {
    expect(await ask('"'.padEnd(10_000_000))).toEqual(refusal('E_MESSAGE_TOO_LARGE'));
  }, 60_000);
});

describe('after all of this', () => {
  it('nothing bad lies in a queue', async () => {
    expect([await waitingIn(STREAM.sync), await waitingIn(STREAM.refresh)]).toEqual([{}, {}]);
  }, 30_000);

  it('every service is the process it was, and a creator connects and has every video', async () => {
    expect(pidsOfServices()).toEqual(pids);
    const { accountId } = await test.connect({ creator: 'sample' });
    await test.untilState(accountId, 'healthy');
    expect(await test.collections.videos.countDocuments({ accountId })).toBe(137);
  }, 90_000);
});
