/** Remembers the last so many ids. An event that is published again long after its first time is recognised by it. */
export const createRecentIds = (capacity: number): { has(id: string): boolean; add(id: string): void } => {
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    add: (id) => {
      ids.add(id);
      if (ids.size <= capacity) return;
      for (const oldest of ids) {
        ids.delete(oldest);
        break;
      }
    },
  };
};
