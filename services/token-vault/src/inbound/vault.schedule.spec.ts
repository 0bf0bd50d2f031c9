import { describe, expect, it } from '@jest/globals';
import { gate } from '@trendpot/testing';
import { startVaultSchedules, type VaultTasks } from './vault.schedule.ts';

const nothing = async (): Promise<void> => undefined;
const tasksWith = (tellTikTok: VaultTasks['tellTikTok']): VaultTasks => ({
  publishAudit: nothing,
  takeOverAudit: nothing,
  tellPresence: nothing,
  sweepDataKeys: () => undefined,
  announceExpiring: nothing,
  cutAudit: nothing,
  tellTikTok,
});

describe('a backlog of disconnects TikTok was not told of', () => {
  it('is worked off several at a time', async () => {
    const allThere = gate();
    let under = 0;
    let left = 40;
    const schedules = startVaultSchedules(
      tasksWith(async () => {
        under += 1;
        if (under === 4) allThere.open();
        await allThere.passed;
        left -= 1;
        return left > 0;
      }),
      (_schedule, error) => allThere.fail(error as Error),
    );
    await allThere.passed;
    await schedules.stop();
    expect(under).toBeGreaterThanOrEqual(4);
  });

  it('does not hold up a vault that is asked to stop: what is begun is finished, nothing more is begun', async () => {
    const begun = gate();
    const answer = gate();
    let begins = 0;
    const schedules = startVaultSchedules(
      tasksWith(async () => {
        begins += 1;
        begun.open();
        await answer.passed;
        return true;
      }),
      () => undefined,
    );
    await begun.passed;
    const stopped = schedules.stop();
    const before = begins;
    answer.open();
    await stopped;
    expect(begins).toBe(before);
  });
});
