import { JetStreamApiError } from '@nats-io/jetstream';

/** Numbers of JetStream's refusals. Source: server/errors.json of nats-server 2.15. */
export const API_ERROR = {
  consumerNotFound: 10014,
  noMessageFound: 10037,
  sequenceNotFound: 10043,
  /** Any other fault of a deletion; the text tells which. */
  deleteFailed: 10057,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  /** Generic: among others that a ceiling is reached; the text tells which. */
  storeFailed: 10077,
} as const;

/** Whether JetStream itself answered, and with one of these refusals (any, if none is named). */
export const isApiError = (error: unknown, ...codes: readonly number[]): error is JetStreamApiError =>
  error instanceof JetStreamApiError && (codes.length === 0 || codes.includes(error.code));

/** The server refused a message because the stream holds as many as it may. */
export const isCeilingReached = (error: unknown): boolean =>
  isApiError(error, API_ERROR.storeFailed) && /maximum messages/i.test(error.message);
