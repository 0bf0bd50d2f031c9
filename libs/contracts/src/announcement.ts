import type { AccountState, AccountsUpdate } from './events.ts';
import type { RefreshJob } from './jobs.ts';
import { refreshJobSubject, refreshScheduleSubject, SUBJECT } from './subjects.ts';

/** One thing to publish once the change is stored. `build` is given the event's sequence and the message's id. */
export interface Announcement {
  readonly subject: string;
  readonly event: boolean;
  build(sequence: number, id: string): unknown;
  readonly schedule?: { readonly at: Date; readonly target: string };
}

export const accountUpdated = (
  accountId: string,
  change: AccountsUpdate['change'],
  state: AccountState,
  code?: string,
): Announcement => ({
  subject: SUBJECT.accountsUpdate,
  event: true,
  build: (sequence) => ({ version: 1, accountId, sequence, change, state, ...(code === undefined ? {} : { code }) }),
});

/** The job is named when it is published. */
export const refreshScheduled = (job: Omit<RefreshJob, 'jobId'>, at: Date): Announcement => ({
  subject: refreshScheduleSubject(job.accountId),
  event: false,
  build: (_sequence, id) => ({ ...job, jobId: id }),
  schedule: { at, target: refreshJobSubject(job.accountId) },
});
