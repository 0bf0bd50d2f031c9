/** Whole numbers from `first` to `last`, both included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((left, right) => left - right);

/** The numbers as ranges, in order. */
export const rangesOf = (numbers: readonly number[]): readonly Range[] => {
  const ranges: { first: number; last: number }[] = [];
  for (const number of ascending(numbers)) {
    const open = ranges.at(-1);
    if (open === undefined || number > open.last + 1) ranges.push({ first: number, last: number });
    else open.last = number;
  }
  return ranges;
};

/** What of `whole` is in none of the numbers. */
export const gapsIn = (whole: Range, numbers: readonly number[]): readonly Range[] => {
  const gaps: Range[] = [];
  let expected = whole.first;
  for (const { first, last } of rangesOf(numbers)) {
    if (first > expected) gaps.push({ first: expected, last: Math.min(first - 1, whole.last) });
    expected = Math.max(expected, last + 1);
  }
  if (expected <= whole.last) gaps.push({ first: expected, last: whole.last });
  return gaps.filter((gap) => gap.first <= gap.last);
};
