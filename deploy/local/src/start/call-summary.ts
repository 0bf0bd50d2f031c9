import type { CallSummary } from '../journey/fake-tiktok.ts';
import type { CallSettings } from './settings.ts';

/** What the fake saw of each ceiling, for a person. All calls of a demonstration are background work. */
export const describeCalls = ({ total, maxInWindow, maxInFlight }: CallSummary, ceilings: CallSettings): string =>
  [
    `at most ${maxInWindow} calls in any minute (ceilings: ${ceilings.backgroundPerMinute} for background work, ${ceilings.perMinute} in all)`,
    `${total} of ${ceilings.perDay} calls a day`,
    `at most ${maxInFlight} of ${ceilings.atOnce} at once`,
  ].join(', ');
