/** What went wrong with a part; stable, so that a script can act on it. */
export type PartErrorCode =
  'E_PART_MISSING' | 'E_PART_CORRUPT' | 'E_PART_NOT_READY' | 'E_PART_EXITED' | 'E_PART_NO_ANSWER' | 'E_PART_STOPPED';

export interface PartErrorDetails {
  readonly part: string;
  /** One line a person can act on: how to get or repair the part. */
  readonly remedy?: string;
  /** The part's own last log lines, oldest first. */
  readonly lastLines?: readonly string[];
  readonly cause?: unknown;
}

/** The one error of this package: a backing service, browser or service process could not be had or kept. */
export class PartError extends Error {
  override readonly name = 'PartError';
  readonly code: PartErrorCode;
  readonly part: string;
  /** What happened, without the name of the part, the remedy and the log. */
  readonly reason: string;
  readonly remedy: string | undefined;
  readonly lastLines: readonly string[];

  constructor(code: PartErrorCode, message: string, details: PartErrorDetails) {
    const lines = details.lastLines ?? [];
    const log = lines.length === 0 ? '' : `\n  last lines of ${details.part}:\n  | ${lines.join('\n  | ')}`;
    const remedy = details.remedy === undefined ? '' : ` ${details.remedy}`;
    super(`${details.part}: ${message}${remedy}${log}`, { cause: details.cause });
    this.code = code;
    this.part = details.part;
    this.reason = message;
    this.remedy = details.remedy;
    this.lastLines = lines;
  }
}
