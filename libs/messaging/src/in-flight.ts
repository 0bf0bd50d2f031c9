export interface InFlight {
  add(work: Promise<void>): void;
  readonly size: number;
  /** True when everything ended within the time. */
  settled(withinMs: number): Promise<boolean>;
}

/** Counts work under way, so that a stop can wait for it and no longer than it is told. */
export const trackInFlight = (): InFlight => {
  const pending = new Set<Promise<void>>();
  return {
    get size() {
      return pending.size;
    },
    add(work) {
      const tracked = work.finally(() => pending.delete(tracked));
      pending.add(tracked);
    },
    async settled(withinMs) {
      if (pending.size === 0) return true;
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), withinMs);
      });
      const all = Promise.allSettled(pending).then(() => true as const);
      const done = await Promise.race([all, deadline]);
      clearTimeout(timer);
      return done;
    },
  };
};
