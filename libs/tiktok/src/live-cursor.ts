import { BARREN_LIMIT, type WalkPosition } from './page-walk.ts';

/** Above every millisecond of this century; 2 ** 42 are in the year 2109. */
const ABOVE_MILLISECONDS = 2 ** 42;
/** More than a page has videos. Both counts together stay below the greatest cursor a message may carry. */
const REPEATED_VALUES = 32;

/** A position as the one number a public cursor is: the milliseconds, and above them the position's two counts. */
export const toLiveCursor = ({
  cursor,
  repeated = 0,
  barren = 0,
}: WalkPosition & { readonly cursor: number }): number => {
  const counts = Math.min(barren, BARREN_LIMIT) * REPEATED_VALUES + Math.min(repeated, REPEATED_VALUES - 1);
  return counts * ABOVE_MILLISECONDS + cursor;
};

/** The position behind a public cursor; a bare TikTok cursor is one as well. */
export const fromLiveCursor = (liveCursor: number | undefined): WalkPosition => {
  if (liveCursor === undefined) return {};
  const counts = Math.floor(liveCursor / ABOVE_MILLISECONDS);
  const [barren, repeated] = [Math.floor(counts / REPEATED_VALUES), counts % REPEATED_VALUES];
  return {
    cursor: liveCursor % ABOVE_MILLISECONDS,
    ...(repeated > 0 ? { repeated } : {}),
    ...(barren > 0 ? { barren } : {}),
  };
};
