import { MultiBar, type SingleBar } from 'cli-progress';

/** Something that takes a while. Exactly one of `done` and `failed` ends it. */
export interface ProgressTask {
  /** Between 0 and 1; never runs backwards. */
  update(fraction: number): void;
  done(): void;
  failed(): void;
}

/** Tells a person what is going on. */
export interface Progress {
  note(line: string): void;
  begin(part: string, doing: string): ProgressTask;
}

const FORMAT = '  {part} [{bar}] {percentage}%  {doing}';

/** Bars on a terminal, one line a step elsewhere. Always on standard error: standard output belongs to the program. */
export function makeProgress(stream: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stderr): Progress {
  return stream.isTTY === true ? makeBars(stream) : makeLines((line) => stream.write(`${line}\n`));
}

let shared: Progress | undefined;

/** One for the whole process: two sets of bars would overwrite each other. */
export function sharedProgress(): Progress {
  shared ??= makeProgress();
  return shared;
}

function makeLines(write: (line: string) => void): Progress {
  return {
    note: write,
    begin(part, doing) {
      const started = Date.now();
      write(`${part}: ${doing}`);
      return {
        update: () => undefined,
        done: () => write(`${part}: done in ${((Date.now() - started) / 1000).toFixed(1)} s (${doing})`),
        failed: () => undefined,
      };
    },
  };
}

/**
 * The container of bars lives only while there is one: an idle one would keep the process alive. It takes no signals
 * (`gracefulExit`), or Ctrl-C would end the bars instead of the process.
 */
function makeBars(stream: NodeJS.WritableStream): Progress {
  let bars: MultiBar | undefined;
  let active = 0;
  const end = (bar: SingleBar): void => {
    bar.stop();
    active -= 1;
    if (active > 0) return;
    bars?.stop();
    bars = undefined;
  };
  return {
    note(line) {
      if (bars === undefined) {
        stream.write(`${line}\n`);
      } else {
        bars.log(`${line}\n`);
        bars.update();
      }
    },
    begin(part, doing) {
      bars ??= new MultiBar({ format: FORMAT, stream, barsize: 28, gracefulExit: false });
      active += 1;
      const bar = bars.create(1, 0, { part: part.padEnd(12), doing });
      let reached = 0;
      return {
        update(fraction) {
          reached = Math.max(reached, Math.min(fraction, 1));
          bar.update(reached);
        },
        done() {
          bar.update(1);
          end(bar);
        },
        failed: () => end(bar),
      };
    },
  };
}
