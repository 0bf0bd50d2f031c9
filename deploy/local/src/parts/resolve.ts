import { PartError } from '../part-error.ts';
import { cacheDirectory } from './cache-directory.ts';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';
import {
  isMiss,
  saidMiss,
  type Address,
  type Miss,
  type PartName,
  type Program,
  type Source,
  type SourceContext,
  type SourceKind,
} from './part.ts';
import { sharedProgress, type Progress } from './progress.ts';

/** What a person expects: what is installed, what isolates, what can be fetched. */
export const DESIGN_ORDER: readonly SourceKind[] = ['path', 'docker', 'registry', 'download', 'system'];

/** What tests want: real processes with a pid to kill, pause and measure; containers only if nothing else is there. */
export const PROCESS_FIRST: readonly SourceKind[] = ['path', 'registry', 'docker', 'download', 'system'];

export interface ResolveOptions {
  readonly order?: readonly SourceKind[];
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  /** For tests of the resolver itself. */
  readonly entry?: CatalogueEntry;
}

/** The part that the environment names, if it does. */
export function addressOf(part: PartName, env: NodeJS.ProcessEnv = process.env): Address | undefined {
  const { variable } = CATALOGUE[part];
  const url = variable === undefined ? undefined : env[variable];
  if (variable === undefined || url === undefined || url === '') return undefined;
  return { part, source: 'environment', variable, url };
}

/** A source that fails in a way of its own is one more that has nothing to offer. */
const lookIn = async (source: Source, context: SourceContext): Promise<Program | Miss> => {
  try {
    return await source.look(context);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return saidMiss(`${source.kind} failed (${reason.split('\n')[0]})`);
  }
};

/**
 * Every way to run the part, best first; each is looked for only when the one before was not good enough, for the reason
 * given to `next`. Ends with a PartError that names all that was tried.
 */
export async function* programsOf(
  part: PartName,
  options: ResolveOptions = {},
): AsyncGenerator<Program, never, string | undefined> {
  const env = options.env ?? process.env;
  const progress = options.progress ?? sharedProgress();
  const context: SourceContext = { part, env, progress, cacheDirectory: cacheDirectory(env) };
  const entry = options.entry ?? CATALOGUE[part];
  const tried: string[] = [];
  for (const kind of options.order ?? DESIGN_ORDER) {
    for (const source of entry.sources.filter((candidate) => candidate.kind === kind)) {
      const outcome = await lookIn(source, context);
      if (isMiss(outcome)) {
        tried.push(outcome.miss);
        if (outcome.said) progress.note(`${part}: ${outcome.miss}; trying the next source`);
      } else {
        const whyNot = yield outcome;
        tried.push(whyNot ?? `${source.kind} was not good enough`);
      }
    }
  }
  throw new PartError('E_PART_MISSING', `not found: ${tried.join('; ')}.`, { part, remedy: entry.remedy });
}

/** The first program that can be had. @throws PartError `E_PART_MISSING` with one line on how to get it. */
export async function findProgram(part: PartName, options: ResolveOptions = {}): Promise<Program> {
  const { value } = await programsOf(part, options).next();
  return value;
}

/** What the environment names, else the first program that can be had. @throws PartError `E_PART_MISSING` */
export async function resolvePart(part: PartName, options: ResolveOptions = {}): Promise<Address | Program> {
  return addressOf(part, options.env) ?? findProgram(part, options);
}
