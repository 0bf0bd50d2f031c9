import type { Erasure } from './ports.ts';

export type EraseAccount = (accountId: string) => Promise<{ videos: number; jobs: number; events: number }>;

/**
 * Removes what ingestion stores of a disconnected creator: videos, jobs, schedules, past events. Repeatable; a page
 * that was under way cannot write afterwards, because its transaction looks at the account's state.
 */
export const makeEraseAccount =
  (erasure: Erasure): EraseAccount =>
  async (accountId) => {
    const videos = await erasure.videos(accountId);
    const jobs = await erasure.jobs(accountId);
    const events = await erasure.events(accountId);
    return { videos, jobs, events };
  };
