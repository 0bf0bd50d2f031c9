import type { Visit } from './relay-account.ts';

export interface Lanes {
  /** Visits an account as soon as a lane is free, or joins the visit that is under way. */
  visit(accountId: string): Promise<Visit>;
  /** There is something new for an account: it is visited soon, and again if it is being visited now. */
  note(accountId: string): void;
  /** Resolves when no visit is under way. */
  settled(): Promise<void>;
}

export interface LanesOptions {
  readonly visit: (accountId: string) => Promise<Visit>;
  /** Visits under way at the same time. */
  readonly lanes: number;
  /** Notes are forgotten while this does not hold: whoever walks along the outbox finds those accounts later. */
  readonly mayStart: () => boolean;
  /** Told of every visit that a note brought about. */
  readonly onVisited: (visit: Visit) => void;
}

/** Several accounts at a time, each by one visit at a time: two of one process would share its claim. */
export const createLanes = ({ visit, lanes, mayStart, onVisited }: LanesOptions): Lanes => {
  const visiting = new Map<string, Promise<Visit>>();
  const noted = new Set<string>();
  const queue: (() => void)[] = [];

  const begin = (accountId: string): Promise<Visit> => {
    const visited = visit(accountId).finally(() => {
      visiting.delete(accountId);
      const next = queue.shift();
      if (next === undefined) startNoted();
      else next();
    });
    visiting.set(accountId, visited);
    return visited;
  };

  const startNoted = (): void => {
    for (const accountId of noted) {
      if (!mayStart()) noted.clear();
      if (visiting.size >= lanes || noted.size === 0) return;
      if (visiting.has(accountId)) continue;
      noted.delete(accountId);
      void begin(accountId).then((visited) => {
        if (visited.outcome === 'moved' && visited.more) note(accountId);
        onVisited(visited);
      });
    }
  };

  const note = (accountId: string): void => {
    noted.add(accountId);
    startNoted();
  };

  return {
    visit: async (accountId) => {
      while (visiting.size >= lanes && !visiting.has(accountId)) {
        await new Promise<void>((resolve) => queue.push(resolve));
      }
      const underWay = visiting.get(accountId);
      if (underWay === undefined) return begin(accountId);
      startNoted();
      return underWay;
    },
    note,
    settled: async () => {
      while (visiting.size > 0) await Promise.all(visiting.values());
    },
  };
};
