import { createHash } from 'node:crypto';
import { captionOf } from './captions.ts';

export interface Counts {
  view_count: number;
  like_count: number;
  comment_count: number;
  share_count: number;
}

/** A video as the fake keeps it; what leaves is projected to the fields asked for. */
export interface StoredVideo {
  readonly id: string;
  /** Unix seconds, as every answer says it. */
  readonly createTime: number;
  /** Unix milliseconds, which no answer says: what a cursor is compared with. Differs for each video of a creator. */
  readonly postedAt: number;
  readonly duration: number;
  readonly photo: boolean;
  readonly counts: Counts;
  caption: string;
  /** Replaces the generated markup, for hostile tests. */
  embedHtml?: string;
  /** Replaces the generated address of the cover. */
  coverImageUrl?: string;
  /** Deleted or private: absent from every answer. */
  hidden: boolean;
}

export const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** TikTok's ids carry the upload second in their upper half, which puts them far above 2^53. */
const videoId = (createTime: number, salt: number): string => ((BigInt(createTime) << 32n) | BigInt(salt)).toString();

/** The same handle, index and time always make the same video. */
export const makeVideo = (handle: string, index: number, createTime: number): StoredVideo => {
  const noise = digest(`${handle}/${index}`);
  const views = noise.readUInt32BE(0) % (index % 5 === 0 ? 2_000_000 : 60_000);
  const share = (divisor: number, byte: number): number => Math.floor(views / (divisor + (noise[byte] ?? 0) / 16));
  return {
    id: videoId(createTime, noise.readUInt32BE(4)),
    createTime,
    postedAt: createTime * 1000,
    caption: captionOf(index, digest(handle).readUInt16BE(0)),
    duration: 5 + ((noise[8] ?? 0) % 55),
    photo: index % 13 === 12,
    counts: { view_count: views, like_count: share(8, 9), comment_count: share(180, 10), share_count: share(300, 11) },
    hidden: false,
  };
};

const byNewest = (left: StoredVideo, right: StoredVideo): number =>
  right.createTime - left.createTime || (BigInt(right.id) > BigInt(left.id) ? 1 : -1);

/**
 * The videos newest first, those of one second spread over its milliseconds: the oldest keeps the full second, so that
 * the cursor of a page that ends with it is the recorded one, `create_time` x 1000.
 */
export const orderVideos = (videos: readonly StoredVideo[]): StoredVideo[] => {
  const sorted = videos.toSorted(byNewest);
  const groups = Map.groupBy(sorted, ({ createTime }) => createTime);
  return sorted.map((video) => {
    const siblings = groups.get(video.createTime) ?? [video];
    const older = siblings.length - 1 - siblings.indexOf(video);
    return { ...video, postedAt: video.createTime * 1000 + Math.floor((older * 1000) / siblings.length) };
  });
};
