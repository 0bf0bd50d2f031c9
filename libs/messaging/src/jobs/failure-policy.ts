import type { DeadLetter, PlatformError } from '@trendpot/contracts';
import type { Job } from './job.ts';
import type { RetryLimits } from './retry-decision.ts';

/** How a service wants its failed jobs to be treated. */
export interface JobFailurePolicy<J extends Job> extends RetryLimits {
  readonly queue: DeadLetter['queue'];
  /** Where a retry waits; one schedule per account, so it replaces whatever waited there. */
  scheduleSubject(job: J): string;
  /**
   * Asked before a retry takes that place: a worker that was cut off for a while, or one with a copy of a job that is
   * done, must not replace the schedule of what came after. A job that does not count any more ends quietly.
   */
  stillCounts?(job: J): Promise<boolean>;
  /**
   * A job has become a dead letter: set the account's last error, count it, tell operations. `job` is absent
   * when the message could not be read. If this throws, the job is handled again; so it may be called twice.
   */
  onFailed(letter: DeadLetter, job: J | undefined): Promise<void>;
  /**
   * The grant is void or lacks a scope; the job then ends quietly. Without this it is treated as failed.
   *
   * @returns false when another grant has come meanwhile: then the job is tried again
   */
  onNeedsConsent?(job: J, error: PlatformError): Promise<boolean>;
  /** For the log and the metrics. */
  onRetry?(job: J, error: PlatformError, at: Date): void;
}
