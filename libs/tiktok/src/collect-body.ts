import type { IncomingMessage } from 'node:http';
import { PlatformError } from '@trendpot/contracts';
import { unavailable } from './transport-fault.ts';

/** The largest answer that is read. A full page of twenty videos with their markup stays below 100 KiB. */
const MAXIMUM_RESPONSE_BYTES = 2 * 1024 * 1024;

/**
 * The whole body of an answer.
 *
 * @throws PlatformError E_TIKTOK_RESPONSE_INVALID when it is larger than the maximum, E_TIKTOK_UNAVAILABLE when the
 * connection breaks in its middle
 */
export const collectBody = (response: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= MAXIMUM_RESPONSE_BYTES) return;
      reject(new PlatformError('E_TIKTOK_RESPONSE_INVALID', 'the answer is larger than 2 MiB'));
      response.destroy();
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.once('error', () => reject(unavailable('the connection broke in the middle of the answer', true)));
    response.once('close', () => reject(unavailable('the connection closed in the middle of the answer', true)));
  });
