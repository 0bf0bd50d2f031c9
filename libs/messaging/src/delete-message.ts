import { API_ERROR, isApiError } from './api-error.ts';
import type { Messaging } from './messaging.ts';

const isGone = (error: unknown): boolean =>
  isApiError(error, API_ERROR.noMessageFound, API_ERROR.sequenceNotFound) ||
  (isApiError(error, API_ERROR.deleteFailed) &&
    /no message found|not found|deleted message|store EOF/i.test(error.message));

/** Deletes one stored message; true if it was still there. `overwrite` also blots it out on disk. */
export const deleteStoredMessage = async (
  { manager }: Messaging,
  stream: string,
  sequence: number,
  { overwrite }: { readonly overwrite: boolean },
): Promise<boolean> => {
  try {
    return await manager.streams.deleteMessage(stream, sequence, overwrite);
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
};
