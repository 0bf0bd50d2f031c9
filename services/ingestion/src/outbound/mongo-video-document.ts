import type { VideoDocument } from '@trendpot/persistence';
import type { StoredVideo } from '../domain/video.ts';

/** A stored video as its document. It was seen just now, so it is not absent. */
export const toVideoDocument = ({ video, accountId, storedAt, refreshedAt }: StoredVideo): VideoDocument => ({
  _id: video.id,
  tiktokVideoId: video.id,
  accountId,
  shareUrl: video.shareUrl,
  caption: video.caption,
  createdAt: new Date(video.createdAt),
  ...(video.durationSeconds === undefined ? {} : { durationSeconds: video.durationSeconds }),
  embed: video.embed,
  ...(video.thumbnail === undefined
    ? {}
    : { thumbnail: { url: video.thumbnail.url, expiresAt: new Date(video.thumbnail.expiresAt) } }),
  counts: video.counts,
  lastRefreshedAt: refreshedAt,
  absences: 0,
  storedAt,
});

export const fromVideoDocument = (document: VideoDocument): StoredVideo => ({
  accountId: document.accountId,
  storedAt: document.storedAt,
  refreshedAt: document.lastRefreshedAt,
  video: {
    id: document._id,
    shareUrl: document.shareUrl,
    caption: document.caption,
    createdAt: document.createdAt.toISOString(),
    ...(document.durationSeconds === undefined ? {} : { durationSeconds: document.durationSeconds }),
    embed: document.embed,
    ...(document.thumbnail === undefined
      ? {}
      : { thumbnail: { url: document.thumbnail.url, expiresAt: document.thumbnail.expiresAt.toISOString() } }),
    counts: document.counts,
  },
});
