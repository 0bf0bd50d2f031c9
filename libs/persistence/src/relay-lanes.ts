import type { Appended } from './append-outbox.ts';
import type { Visit } from './relay-ports.ts';

export interface Lanes {
  /** Visits an account as soon as a lane is free, or joins the visit that is under way. */
  visit(accountId: string): Promise<Visit>;
  /**
   * There is something new for an account: it is visited soon, and again if it is being visited now. If nothing is in the
   * way it is visited at once, with `appended`.
   */
  note(accountId: string, appended?: Appended): void;
  /** The accounts that are being visited. */
  visiting(): readonly string[];
  /** Resolves when no visit is under way. */
  settled(): Promise<void>;
}

export interface LanesOptions {
  readonly visit: (accountId: string, appended?: Appended) => Promise<Visit>;
  /** Visits under way at the same time, those with something appended apart: of them there are so many `besides`. */
  readonly lanes: number;
  readonly besides: number;
  /** Notes are forgotten while this does not hold: whoever walks along the outbox finds those accounts later. */
  readonly mayStart: () => boolean;
  /** Told of every visit that a note brought about. */
  readonly onVisited: (visit: Visit) => void;
}

/** Several accounts at a time, each by one visit at a time: two of one process would share its claim. */
export const createLanes = ({ visit, lanes, besides, mayStart, onVisited }: LanesOptions): Lanes => {
  const visiting = new Map<string, Promise<Visit>>();
  const withAppended = new Set<string>();
  const noted = new Set<string>();
  const queue: (() => void)[] = [];

  const isFull = (): boolean => visiting.size - withAppended.size >= lanes;

  const begin = (accountId: string, appended?: Appended): Promise<Visit> => {
    if (appended !== undefined) withAppended.add(accountId);
    const visited = visit(accountId, appended).finally(() => {
      visiting.delete(accountId);
      withAppended.delete(accountId);
      const next = queue.shift();
      if (next === undefined) startNoted();
      else next();
    });
    visiting.set(accountId, visited);
    return visited;
  };

  const beginNoted = (accountId: string, appended?: Appended): void => {
    noted.delete(accountId);
    void begin(accountId, appended).then((visited) => {
      if (visited.outcome === 'moved' && visited.more) note(accountId);
      onVisited(visited);
    });
  };

  const startNoted = (): void => {
    for (const accountId of noted) {
      if (!mayStart()) noted.clear();
      if (isFull() || noted.size === 0) return;
      if (!visiting.has(accountId)) beginNoted(accountId);
    }
  };

  const note = (accountId: string, appended?: Appended): void => {
    const isFree = withAppended.size < besides && !visiting.has(accountId) && !noted.has(accountId);
    if (appended !== undefined && isFree && mayStart()) {
      beginNoted(accountId, appended);
      return;
    }
    noted.add(accountId);
    startNoted();
  };

  return {
    visit: async (accountId) => {
      while (isFull() && !visiting.has(accountId)) {
        await new Promise<void>((resolve) => queue.push(resolve));
      }
      const underWay = visiting.get(accountId);
      if (underWay === undefined) return begin(accountId);
      startNoted();
      return underWay;
    },
    note,
    visiting: () => [...visiting.keys()],
    settled: async () => {
      while (visiting.size > 0) await Promise.all(visiting.values());
    },
  };
};
