import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';

/** Lets what Node compiled for one process serve the next, unless a folder for that was given: services start sooner. */
export const keepCompiledCode = (): void => {
  process.env['NODE_COMPILE_CACHE'] ??= join(REPOSITORY, 'node_modules', '.cache', 'compiled');
};
