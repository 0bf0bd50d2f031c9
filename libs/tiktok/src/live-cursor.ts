import type { WalkPosition } from './page-walk.ts';

/** Above every millisecond of this age, and 900 times below the greatest cursor a message may carry. */
const REPEATED_UNIT = 2 ** 43;
const MOST_REPEATED = 900;

/** A position as the one number a public cursor is: the milliseconds, and above them how many videos repeat. */
export const toLiveCursor = (position: WalkPosition & { readonly cursor: number }): number =>
  position.cursor + Math.min(position.repeated ?? 0, MOST_REPEATED) * REPEATED_UNIT;

/** The position behind a public cursor; a bare TikTok cursor is one as well. */
export const fromLiveCursor = (liveCursor: number | undefined): WalkPosition => {
  if (liveCursor === undefined) return {};
  const repeated = Math.floor(liveCursor / REPEATED_UNIT);
  return { cursor: liveCursor % REPEATED_UNIT, ...(repeated > 0 ? { repeated } : {}) };
};
