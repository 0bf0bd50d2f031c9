import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface LogRing {
  /** The newest lines, oldest first, at most as many as the ring holds. */
  readonly lines: readonly string[];
  /** Called with every line from now on; the answer ends it. */
  onLine(listener: (line: string) => void): () => void;
  /** Takes over the outputs of a (new) process. */
  read(streams: readonly Readable[]): void;
  close(): Promise<void>;
}

/** A service's log lines: all of them in a file (appended to), the newest in memory. */
export function makeLogRing(file: string | undefined, capacity: number): LogRing {
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const sink: WriteStream | undefined =
    file === undefined ? undefined : createWriteStream(file, { flags: 'a', mode: 0o600 });
  const take = (line: string): void => {
    lines.push(line);
    if (lines.length > capacity) lines.shift();
    if (sink?.writable === true) sink.write(`${line}\n`);
    for (const listener of listeners) listener(line);
  };
  return {
    get lines() {
      return [...lines];
    },
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read(streams) {
      for (const input of streams) createInterface({ input }).on('line', take);
    },
    close: () => new Promise((resolve) => (sink === undefined ? resolve() : sink.end(resolve))),
  };
}
