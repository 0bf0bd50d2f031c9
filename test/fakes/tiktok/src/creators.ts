import { digest, makeVideo, orderVideos, type StoredVideo } from './stored-video.ts';

export interface Creator {
  readonly handle: string;
  readonly openId: string;
  readonly unionId: string;
  readonly displayName: string;
  /** Newest first. */
  videos: StoredVideo[];
}

/** Upload time of the newest seeded video: fixed, so that every run serves the same library. */
const NEWEST = 1_790_000_000;
const BETWEEN_VIDEOS = 7200;
const SALT_OF_HANDLE = /^[a-z0-9._-]{1,24}$/i;

export const isHandle = (text: string): boolean => SALT_OF_HANDLE.test(text);

/** Place in time of a video. By default every ninth was posted in the same second as the one before it. */
const slotOf = (index: number, siblings: number): number => {
  if (siblings > 0) return Math.floor(index / siblings) * siblings;
  return index % 9 === 8 ? index - 1 : index;
};

const secondOf = (handle: string, slot: number): number =>
  NEWEST - slot * BETWEEN_VIDEOS - (digest(`${handle} at ${slot}`).readUInt16BE(0) % (BETWEEN_VIDEOS / 2));

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** @param siblings so many videos share each second; 0: now and then two do */
export const createCreator = (handle: string, videoCount: number, siblings = 0): Creator => ({
  handle,
  openId: `-000${digest(`open id of ${handle}`).toString('base64url').slice(0, 32)}`,
  unionId: `_000${digest(`union id of ${handle}`).toString('base64url').slice(0, 32)}`,
  displayName: handle.split(/[._-]/).filter(Boolean).map(capitalized).join(' ') || handle,
  videos: orderVideos(
    Array.from({ length: videoCount }, (_, index) =>
      makeVideo(handle, index, secondOf(handle, slotOf(index, siblings))),
    ),
  ),
});

/** Posts new videos, an hour after one another; they come first in the list. Returns them newest first. */
export const postVideos = (creator: Creator, count: number): StoredVideo[] => {
  const newest = creator.videos[0]?.createTime ?? NEWEST;
  const before = creator.videos.length;
  const posted = Array.from({ length: count }, (_, index) =>
    makeVideo(`${creator.handle}+`, before + index, newest + (index + 1) * 3600),
  ).reverse();
  creator.videos = [...posted, ...creator.videos];
  return posted;
};

export const sampleCreators = (): Map<string, Creator> =>
  new Map(
    (
      [
        ['sample', 137],
        ['none', 0],
        ['prolific', 2000],
      ] as const
    ).map(([handle, videos]) => [handle, createCreator(handle, videos)]),
  );
