import { PlatformError, VideoId } from '@trendpot/contracts';
import type { LibraryPosition } from '../ports.ts';

/** The last instant a Date can hold. */
const LAST_INSTANT = 8_640_000_000_000_000;
const SHAPE = /^1\.(0|[1-9a-z][0-9a-z]{0,10})\.(\d{6,20})$/;

/** A position as an opaque word; its version lets a later format be told apart. */
export const encodeCursor = ({ createdAt, id }: LibraryPosition): string =>
  Buffer.from(`1.${createdAt.getTime().toString(36)}.${id}`).toString('base64url');

/** @throws PlatformError E_MALFORMED_MESSAGE for anything `encodeCursor` does not write. */
export const decodeCursor = (cursor: string): LibraryPosition => {
  const text = cursor.length <= 64 ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  const [, milliseconds, id] = SHAPE.exec(text) ?? [];
  const at = milliseconds === undefined ? Number.NaN : Number.parseInt(milliseconds, 36);
  const position = { createdAt: new Date(at), id: VideoId.safeParse(id).data ?? '' };
  if (!(at <= LAST_INSTANT) || encodeCursor(position) !== cursor) {
    throw new PlatformError('E_MALFORMED_MESSAGE', 'a library cursor that was not ours');
  }
  return position;
};
