import { STREAM, type AccountId } from '@trendpot/contracts';
import { deleteStoredMessage } from './delete-message.ts';
import type { Messaging } from './messaging.ts';

export type WorkStream = typeof STREAM.sync | typeof STREAM.refresh;

/** Every subject on which a stream may hold work of one account: jobs queued, in flight or given up, and schedules. */
const SUBJECTS_OF: Readonly<Record<WorkStream | typeof STREAM.failed, (accountId: AccountId) => readonly string[]>> = {
  [STREAM.sync]: (accountId) => [`tiktok.jobs.sync.*.${accountId}`, `tiktok.schedules.sync.${accountId}`],
  [STREAM.refresh]: (accountId) => [`tiktok.jobs.refresh.${accountId}`, `tiktok.schedules.refresh.${accountId}`],
  [STREAM.failed]: (accountId) => [`tiktok.failed.*.${accountId}`],
};

/** Removes the jobs and schedules of one account, or its dead letters; tells how many there were. */
export const purgeAccount = async (
  { manager }: Messaging,
  stream: WorkStream | typeof STREAM.failed,
  accountId: AccountId,
): Promise<number> => {
  let purged = 0;
  for (const filter of SUBJECTS_OF[stream](accountId)) {
    purged += (await manager.streams.purge(stream, { filter })).purged;
  }
  return purged;
};

/** Whether a job (also one in flight) or a schedule exists for the account. */
export const hasPending = async (
  { manager }: Messaging,
  stream: WorkStream,
  accountId: AccountId,
): Promise<boolean> => {
  for (const subjects_filter of SUBJECTS_OF[stream](accountId)) {
    const { state } = await manager.streams.info(stream, { subjects_filter });
    if (Object.keys(state.subjects ?? {}).length > 0) return true;
  }
  return false;
};

/** Overwrites published messages where they lie. What is already gone is no fault. */
export const erasePublished = async (
  messaging: Messaging,
  stream: string,
  sequences: readonly number[],
): Promise<void> => {
  for (const sequence of sequences) {
    await deleteStoredMessage(messaging, stream, sequence, { overwrite: true });
  }
};
