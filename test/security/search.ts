import type { Needle } from './needles.ts';

/** Finds which needles a text has. */
export type Search = (bytes: Uint8Array) => readonly Needle[];

const PREFIX_BYTES = 4;

/** Looks for all needles in one pass: whatever the number of secrets, a store is read once. */
export const makeSearch = (needles: readonly Needle[]): Search => {
  const byPrefix = new Map<number, Needle[]>();
  const isPossible = new Uint8Array(65_536);
  for (const needle of needles) {
    const prefix = needle.bytes.readUInt32BE(0);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), needle]);
    isPossible[prefix & 0xffff] = 1;
  }
  return (bytes) => {
    const found = new Set<Needle>();
    let prefix = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      prefix = ((prefix << 8) | (bytes[index] as number)) >>> 0;
      if (isPossible[prefix & 0xffff] === 0 || index < PREFIX_BYTES - 1) continue;
      const start = index - PREFIX_BYTES + 1;
      for (const needle of byPrefix.get(prefix) ?? []) {
        const candidate = bytes.subarray(start, start + needle.bytes.length);
        if (needle.bytes.equals(candidate)) found.add(needle);
      }
    }
    return [...found];
  };
};
