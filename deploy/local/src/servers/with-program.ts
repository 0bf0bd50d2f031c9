import type { PartName, Program } from '../parts/part.ts';
import { sharedProgress, type Progress } from '../parts/progress.ts';
import { programsOf, PROCESS_FIRST } from '../parts/resolve.ts';
import type { SourceKind } from '../parts/part.ts';

/** Common to all starters. */
export interface ProgramChoice {
  /** A program found before; else one is looked for. */
  readonly program?: Program;
  /** `PROCESS_FIRST` unless told. */
  readonly order?: readonly SourceKind[];
  readonly progress?: Progress;
}

/** Starts the first program that can be had. A container that does not start hands over to the next source. */
export async function withProgram<T>(
  part: PartName,
  choice: ProgramChoice,
  start: (program: Program) => Promise<T>,
): Promise<T> {
  if (choice.program !== undefined) return start(choice.program);
  const progress = choice.progress ?? sharedProgress();
  const programs = programsOf(part, { order: choice.order ?? PROCESS_FIRST, progress });
  for (;;) {
    const { value: program } = await programs.next();
    try {
      return await start(program);
    } catch (error) {
      if (program.image === undefined) throw error;
      progress.note(`${part}: ${firstLine(error)}; trying the next source`);
    }
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
