import { newMessageId, newRequestId } from '@trendpot/contracts';
import { someSyncJob } from '@trendpot/testing';

const syncJob = (accountId: string): Record<string, unknown> => ({
  ...someSyncJob(accountId, { page: 0, attempt: 1 }),
});
const refreshJob = (accountId: string): Record<string, unknown> => ({
  version: 1,
  jobId: newMessageId(),
  requestId: newRequestId(),
  accountId,
  attempt: 1,
  queuedAt: new Date().toISOString(),
});
const JOB = { sync: syncJob, refresh: refreshJob };
export type Queue = keyof typeof JOB;

type Body = string | Uint8Array;

const without = (job: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(job).filter(([key]) => key !== name));

/** Bodies that are no job of whatever version; each is made for the account its subject names. */
const NO_JOBS: Readonly<Record<string, Body>> = {
  'not JSON': 'not json',
  nothing: '',
  'half of a job': '{"version":1,"jobId":"msg_',
  'bytes that are no text': Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d),
  zeros: new Uint8Array(64),
  null: 'null',
  'a list': '[]',
  'a number': '7',
  'thirty thousand brackets in brackets': '['.repeat(30_000) + ']'.repeat(30_000),
};

/** Jobs with one thing wrong. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a version of tomorrow': { version: 2 },
  'a version in words': { version: '1' },
  'an attempt before the first': { attempt: 0 },
  'an attempt beyond counting': { attempt: 1e9 },
  'an attempt in words': { attempt: '1' },
  'a field nobody knows': { shell: 'rm -rf' },
  'an account that is a wildcard': { accountId: '*' },
  'an account that is every subject': { accountId: '>' },
  'an account with a space': { accountId: `acc_${' '.repeat(20)}` },
  'another account than its subject': { accountId: `acc_${'0'.repeat(20)}` },
  'an account that is a number': { accountId: 7 },
  'a request id with a line break': { requestId: 'req_\r\nPUB x 0' },
  'a job id without end': { jobId: 'x'.repeat(10_000) },
  'a date of never': { queuedAt: '0000-99-99' },
};

const CURSORS: Readonly<Record<string, unknown>> = {
  'a cursor before all time': -1,
  'half a cursor': 1.5,
  'a cursor beyond the end of time': 8_640_000_000_000_001,
  'a cursor of 300 digits': 1e300,
  'a cursor in words': 'next',
  'no cursor, said out loud': null,
};

const MALFORMED = 'E_MALFORMED_MESSAGE';
const TOO_LARGE = 'E_MESSAGE_TOO_LARGE';

export interface BadJob {
  readonly what: string;
  readonly code: string;
  bodyFor(accountId: string): Body;
}

/** Everything a queue must survive, and the code it ends with. */
export const badJobs = (queue: Queue): BadJob[] => {
  const changed = (what: string, change: Record<string, unknown>): BadJob => ({
    what,
    code: MALFORMED,
    bodyFor: (accountId) => JSON.stringify({ ...JOB[queue](accountId), ...change }),
  });
  const sized = (what: string, bytes: number): BadJob => ({
    what,
    code: TOO_LARGE,
    bodyFor: (accountId) => JSON.stringify(JOB[queue](accountId)).padEnd(bytes),
  });
  return [
    ...Object.entries(NO_JOBS).map(([what, body]) => ({ what, code: MALFORMED, bodyFor: () => body })),
    ...Object.entries(CHANGES).map(([what, change]) => changed(what, change)),
    ...(queue === 'sync' ? Object.entries(CURSORS).map(([what, cursor]) => changed(what, { cursor })) : []),
    {
      what: 'no version',
      code: MALFORMED,
      bodyFor: (accountId) => JSON.stringify(without(JOB[queue](accountId), 'version')),
    },
    sized('one byte more than a job may have', 64 * 1024 + 1),
    sized('as much as the server takes by default', 1_048_576),
    sized('ten megabytes', 10_000_000),
  ];
};
