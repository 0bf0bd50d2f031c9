import { SingleBar } from 'cli-progress';
import { sharedProgress, type Progress } from '../parts/progress.ts';

/** Tells a person what happens: one line a step, and a bar while videos arrive. */
export interface Narrator {
  step(text: string): void;
  detail(text: string): void;
  progress(pages: number, videos: number, expected: number | undefined): void;
  endProgress(): void;
}

/** `parts` shows what is being fetched meanwhile: a line beside its bars is its to write. */
export const narrate = (
  output: NodeJS.WriteStream = process.stderr,
  parts: Pick<Progress, 'note'> = sharedProgress(),
): Narrator => {
  const startedAt = performance.now();
  const elapsed = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s`;
  let bar: SingleBar | undefined;
  const line = (text: string): void => {
    if (bar === undefined) return parts.note(text);
    output.write(`\r\u001b[K${text}\n`);
  };
  return {
    step: (text) => line(`${elapsed()}  ${text}`),
    detail: (text) => line(`         ${text}`),
    progress: (pages, videos, expected) => {
      if (!output.isTTY) return;
      bar ??= new SingleBar({
        stream: output,
        format: '         {bar} {value} of {total} videos, {pages} pages',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 32,
        hideCursor: true,
      });
      const total = Math.max(expected ?? videos, videos, 1);
      if (!bar.isActive) bar.start(total, videos, { pages });
      bar.setTotal(total);
      bar.update(videos, { pages });
    },
    endProgress: () => {
      bar?.stop();
      bar = undefined;
    },
  };
};
