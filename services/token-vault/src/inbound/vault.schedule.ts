import { repeat, type Repeated } from './repeat.schedule.ts';

/** What the vault does by the clock. None of it needs a leader: every round is safe on every replica. */
export interface VaultTasks {
  readonly publishAudit: () => Promise<unknown>;
  readonly takeOverAudit: () => Promise<unknown>;
  readonly tellPresence: () => Promise<unknown>;
  /** One pending revocation; false when none is due. */
  readonly tellTikTok: () => Promise<boolean>;
  readonly sweepDataKeys: () => void;
  readonly announceExpiring: () => Promise<unknown>;
  readonly cutAudit: () => Promise<unknown>;
  readonly rewrap?: () => Promise<unknown>;
}

/** Disconnects that TikTok is told of at the same time. */
const TOLD_AT_ONCE = 4;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export interface VaultSchedules {
  /** Ends once what is being done at this moment is done; what else is due is left to others. */
  stop(): Promise<void>;
}

export const startVaultSchedules = (
  tasks: VaultTasks,
  onFailure: (schedule: string, error: unknown) => void,
): VaultSchedules => {
  const every = (milliseconds: number, name: string, work: () => Promise<unknown>): Repeated =>
    repeat(milliseconds, work, (error) => onFailure(name, error));
  let stopped = false;
  const untilNoneIsDue = async (): Promise<void> => {
    while (!stopped && (await tasks.tellTikTok()));
  };
  const tellAllDue = async (): Promise<void> => {
    const ended = await Promise.allSettled(Array.from({ length: TOLD_AT_ONCE }, untilNoneIsDue));
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
  };
  const schedules = [
    every(SECOND, 'audit-publish', tasks.publishAudit),
    every(20 * SECOND, 'presence', tasks.tellPresence),
    every(30 * SECOND, 'audit-take-over', tasks.takeOverAudit),
    every(2 * SECOND, 'revocations', tellAllDue),
    every(30 * SECOND, 'data-keys', async () => tasks.sweepDataKeys()),
    every(10 * MINUTE, 'expiring-consents', tasks.announceExpiring),
    every(60 * MINUTE, 'audit-retention', tasks.cutAudit),
    ...(tasks.rewrap === undefined ? [] : [every(MINUTE, 'rewrap', tasks.rewrap)]),
  ];
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(schedules.map((schedule) => schedule.stop()));
    },
  };
};
