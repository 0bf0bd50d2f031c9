import { createHash } from 'node:crypto';

/** What a credential calls its wrapped data key by, which lies elsewhere. */
export const digestOfDataKey = (wrapped: Uint8Array): Buffer => createHash('sha256').update(wrapped).digest();
