import type { FakeState } from './state.ts';

/** Whether one more Display call, arriving now, is within every limit. A refused call does not count, as at TikTok. */
export const withinLimits = ({ knobs, calls, displayInFlight }: FakeState, now: number): boolean => {
  if (knobs.concurrent > 0 && displayInFlight > knobs.concurrent) return false;
  if (knobs.perMinute === 0 && knobs.perDay === 0) return true;
  let inWindow = 0;
  let inDay = 0;
  for (let index = calls.length - 1; index >= 0; index -= 1) {
    const call = calls[index];
    if (call === undefined || call.kind !== 'display' || call.status === 429) continue;
    if (now - call.at < knobs.windowMs) inWindow += 1;
    else if (knobs.perDay === 0) break;
    inDay += 1;
  }
  return (knobs.perMinute === 0 || inWindow < knobs.perMinute) && (knobs.perDay === 0 || inDay < knobs.perDay);
};
