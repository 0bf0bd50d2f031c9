import { pino, type DestinationStream } from 'pino';

/** More lines than this are not held, however long the turn. */
const MOST_HELD = 256;

/**
 * Standard output, where the lines of one turn of the event loop are written together: a write for each is half of what a
 * line costs. Nothing is held for longer, nor when the process ends by itself.
 */
export const linesOfOneTurn = (): DestinationStream => {
  const output = pino.destination({ fd: 1, sync: true });
  let held = '';
  let count = 0;
  const write = (): void => {
    if (count === 0) return;
    const lines = held;
    held = '';
    count = 0;
    output.write(lines);
  };
  process.on('exit', write);
  return {
    write: (line) => {
      held += line;
      count += 1;
      if (count === 1) setImmediate(write);
      else if (count === MOST_HELD) write();
    },
  };
};
