/** The most moments that lie in any window of this length. `times` need not be sorted. */
export const mostInAnyWindow = (times: readonly number[], windowMs: number): number => {
  const sorted = [...times].sort((left, right) => left - right);
  let most = 0;
  let first = 0;
  for (let last = 0; last < sorted.length; last += 1) {
    while ((sorted[last] as number) - (sorted[first] as number) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
};
