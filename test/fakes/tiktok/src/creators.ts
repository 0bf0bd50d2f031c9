import { createHash } from 'node:crypto';
import { captionOf } from './captions.ts';

/** A video as the fake keeps it; what leaves is projected to the fields asked for. */
export interface StoredVideo {
  readonly id: string;
  readonly createTime: number;
  caption: string;
  /** Replaces the generated embed markup, for hostile tests. */
  embedHtml?: string;
  readonly duration: number;
  readonly photo: boolean;
  counts: { like_count: number; comment_count: number; share_count: number; view_count: number };
  /** Deleted or private: absent from every answer. */
  hidden: boolean;
}

export interface Creator {
  readonly handle: string;
  readonly openId: string;
  readonly displayName: string;
  /** Newest first. */
  videos: StoredVideo[];
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Upload time of the newest video: fixed, so that every run serves the same library. */
const NEWEST = 1_790_000_000;

/** TikTok's ids carry the upload second in their upper half, which puts them far above 2^53. */
const videoId = (createTime: number, salt: number): string => ((BigInt(createTime) << 32n) | BigInt(salt)).toString();

const videoOf = (handle: string, index: number): StoredVideo => {
  const noise = digest(`${handle}/${index}`);
  // Every ninth video was posted in the same second as its neighbour.
  const createTime = NEWEST - (index - (index % 9 === 8 ? 1 : 0)) * 7200;
  const views = noise.readUInt32BE(0) % 2_000_000;
  return {
    id: videoId(createTime, noise.readUInt32BE(4)),
    createTime,
    caption: captionOf(index),
    duration: 5 + ((noise[8] ?? 0) % 55),
    photo: index % 13 === 12,
    counts: {
      view_count: views,
      like_count: Math.floor(views / 11),
      comment_count: Math.floor(views / 240),
      share_count: Math.floor(views / 390),
    },
    hidden: false,
  };
};

const byNewest = (left: StoredVideo, right: StoredVideo): number =>
  right.createTime - left.createTime || (BigInt(right.id) > BigInt(left.id) ? 1 : -1);

export const createCreator = (handle: string, videoCount: number): Creator => ({
  handle,
  openId: `-000${digest(`open id of ${handle}`).toString('base64url').slice(0, 32)}`,
  displayName: handle.charAt(0).toUpperCase() + handle.slice(1),
  videos: Array.from({ length: videoCount }, (_, index) => videoOf(handle, index)).sort(byNewest),
});

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
