/** What Jest runs, each a project of `jest.config.mjs`. */
export const JEST_SUITES = ['unit', 'house', 'flows', 'security', 'failure', 'browser'] as const;
export type JestSuite = (typeof JEST_SUITES)[number];

const OF_FOLDER: Readonly<Record<string, JestSuite>> = {
  borders: 'house',
  docs: 'house',
  suite: 'house',
  flows: 'flows',
  security: 'security',
  failure: 'failure',
  browser: 'browser',
};

/** The suite of a spec file, by its path inside the repository. */
export const suiteOf = (path: string): JestSuite => OF_FOLDER[/^test\/(\w+)\//.exec(path)?.[1] ?? ''] ?? 'unit';
