import type { JsMsg } from '@nats-io/jetstream';
import { AccountId, PlatformError, type RequestId } from '@trendpot/contracts';
import type { z } from 'zod';

/** What every job of the platform carries. */
export interface Job {
  readonly jobId: string;
  readonly requestId: RequestId;
  readonly accountId: AccountId;
  /** From 1; how often it has been begun. */
  readonly attempt: number;
  /** How many of those before an outage of our own ended. */
  readonly outages?: number | undefined;
}

/** More than any job needs; the rest is an attack or a fault. */
export const MAX_JOB_BYTES = 64 * 1024;

/** @throws PlatformError E_MESSAGE_TOO_LARGE or E_MALFORMED_MESSAGE; the text names fields, never values. */
export const readJob = <J extends Job>(message: Pick<JsMsg, 'data' | 'subject'>, schema: z.ZodType<J>): J => {
  if (message.data.byteLength > MAX_JOB_BYTES) {
    throw new PlatformError('E_MESSAGE_TOO_LARGE', `a job of ${message.data.byteLength} bytes`);
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message.data));
  } catch {
    throw new PlatformError('E_MALFORMED_MESSAGE', 'the job is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path, code }) => `${path.join('.') || '(root)'}: ${code}`);
    throw new PlatformError('E_MALFORMED_MESSAGE', `the job fails its schema at ${where.join(', ')}`);
  }
  if (accountOfSubject(message.subject) !== parsed.data.accountId) {
    throw new PlatformError('E_MALFORMED_MESSAGE', 'the job names another account than its subject');
  }
  return parsed.data;
};

/** The last token of a job's subject; `unknown` when it is no account's id. */
export const accountOfSubject = (subject: string): string => {
  const parsed = AccountId.safeParse(subject.split('.').at(-1));
  return parsed.success ? parsed.data : 'unknown';
};
