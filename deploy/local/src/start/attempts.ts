/** What was asked for and could not be had, gathered instead of thrown: one fault does not hide what comes after it. */
export interface Attempts {
  readonly missing: readonly string[];
  miss(what: string): void;
  /** The outcome of the work; what it throws is noted as missing. */
  attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined>;
}

const MESSAGE_LENGTH = 600;

const inOneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, MESSAGE_LENGTH);

export const makeAttempts = (onMiss: (what: string) => void): Attempts => {
  const missing: string[] = [];
  const miss = (what: string): void => {
    missing.push(what);
    onMiss(what);
  };
  return {
    missing,
    miss,
    async attempt(what, work) {
      try {
        return await work();
      } catch (error) {
        miss(`${what}: ${inOneLine(error)}`);
        return undefined;
      }
    },
  };
};
