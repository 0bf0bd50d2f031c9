/** The marker every replica sees: how long nobody calls, and the how-manieth 429 in a row led to it. */
export interface CoolDownMarker {
  readonly version: 1;
  /** By the clock of whoever wrote it, for people who read the stream; replicas go by when the server stored it. */
  readonly until: string;
  readonly forMs: number;
  readonly attempt: number;
}

/** The first wait is a sixtieth of the window, each further one twice as long, none longer than the window. */
export const coolDownLength = (attempt: number, windowMs: number, random: () => number = Math.random): number => {
  const longest = Math.min(windowMs, (windowMs / 60) * 2 ** Math.min(attempt - 1, 30));
  return longest * (0.5 + random() / 2);
};

export const coolDownMarker = (forMs: number, attempt: number): CoolDownMarker => ({
  version: 1,
  until: new Date(Date.now() + forMs).toISOString(),
  forMs,
  attempt,
});

/** A 429 soon after the last cool-down continues its row; after a quiet window a new row begins. */
export const nextAttempt = (last: CoolDownMarker | undefined, sinceItsEndMs: number, windowMs: number): number =>
  last === undefined || sinceItsEndMs > windowMs ? 1 : last.attempt + 1;
