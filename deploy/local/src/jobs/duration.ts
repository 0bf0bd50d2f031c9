const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

/** Milliseconds of `90s`, `15m`, `2h` or `7d`; nothing when it is none of these. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNIT_MS[unit as Unit];
};

/** How long ago, in the largest unit that fits. */
export const describeAge = (milliseconds: number): string => {
  const units: readonly Unit[] = ['d', 'h', 'm', 's'];
  const unit = units.find((candidate) => milliseconds >= UNIT_MS[candidate]) ?? 's';
  return `${Math.max(0, Math.floor(milliseconds / UNIT_MS[unit]))}${unit}`;
};
