import { PartError } from '../part-error.ts';
import type { PartName, Program, SourceKind } from '../parts/part.ts';
import { sharedProgress, type Progress } from '../parts/progress.ts';
import { programsOf, PROCESS_FIRST } from '../parts/resolve.ts';
import { reasonOf } from '../parts/run-command.ts';
import { isPortTaken } from './restartable-server.ts';

/** Common to all starters. */
export interface ProgramChoice {
  /** A program found before; else one is looked for. */
  readonly program?: Program;
  /** `PROCESS_FIRST` unless told. */
  readonly order?: readonly SourceKind[];
  readonly progress?: Progress;
}

/**
 * Starts the first program that can be had. One that does not start hands over to the next source, unless the caller
 * chose it, or its port is taken: no other program would get that either.
 */
export async function withProgram<T>(
  part: PartName,
  choice: ProgramChoice,
  start: (program: Program) => Promise<T>,
): Promise<T> {
  if (choice.program !== undefined) return start(choice.program);
  const progress = choice.progress ?? sharedProgress();
  const programs = programsOf(part, { order: choice.order ?? PROCESS_FIRST, progress });
  let whyNot: string | undefined;
  for (;;) {
    const { value: program } = await programs.next(whyNot);
    try {
      return await start(program);
    } catch (error) {
      if (isPortTaken(error)) throw error;
      whyNot = `${whereFrom(program)} ${whyOf(error)}`;
      progress.note(`${part}: ${whyNot}; trying the next source`);
    }
  }
}

const whereFrom = ({ image, source, command }: Program): string => `${image ?? command} (${source})`;

/** In one line: what happened, and what the program itself or the error below it says of the cause. */
function whyOf(error: unknown): string {
  if (!(error instanceof PartError)) return `could not be started (${firstLine(error)})`;
  const told = error.lastLines.length > 0 ? reasonOf({ code: 1, lines: error.lastLines }) : undefined;
  const cause = told ?? (error.cause === undefined ? undefined : firstLine(error.cause));
  const what = error.reason.replace(/\.$/, '');
  return cause === undefined ? what : `${what} (${cause})`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? '';
}
