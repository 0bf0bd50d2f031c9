import { PlatformError } from '@trendpot/contracts';
import { deleteStoredMessage } from '../delete-message.ts';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';
import { showDeadLetter } from './list-dead-letters.ts';
import { FAILED_STREAM, noSuchLetter, redrivableJob, type StoredDeadLetter } from './stored-dead-letter.ts';

/**
 * Queues the job again, with all its attempts before it, then removes the letter. Repeating a redrive that was cut off
 * in between queues the job once.
 * @throws PlatformError E_NOT_FOUND, or E_MALFORMED_MESSAGE when the letter holds no job that could be tried again.
 */
export const redriveDeadLetter = async (messaging: Messaging, sequence: number): Promise<StoredDeadLetter> => {
  const stored = await showDeadLetter(messaging, sequence);
  if (stored === undefined) throw noSuchLetter(sequence);
  const job = redrivableJob(stored.letter);
  if (job === undefined) {
    throw new PlatformError('E_MALFORMED_MESSAGE', `the dead letter ${sequence} holds no job to try again`);
  }
  const { subject, body } = job;
  await publish(messaging, { subject, body, messageId: `redrive-${sequence}-${stored.storedAt.getTime()}` });
  await deleteStoredMessage(messaging, FAILED_STREAM, sequence, { overwrite: false });
  return stored;
};

/** Removes a letter for good. @throws PlatformError E_NOT_FOUND */
export const dropDeadLetter = async (messaging: Messaging, sequence: number): Promise<void> => {
  if (!(await deleteStoredMessage(messaging, FAILED_STREAM, sequence, { overwrite: true }))) {
    throw noSuchLetter(sequence);
  }
};
