import { reachablePort, type Database, type VideoDocument } from '@trendpot/persistence';
import type { StoredVideo, Totals, Videos } from '../domain/ports.ts';

const toVideo = (document: VideoDocument): StoredVideo => {
  const { _id, accountId, shareUrl, caption, createdAt, durationSeconds, embed, thumbnail, counts } = document;
  return {
    id: _id,
    accountId,
    shareUrl,
    caption,
    createdAt: createdAt.toISOString(),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    embed,
    ...(thumbnail === undefined
      ? {}
      : { thumbnail: { url: thumbnail.url, expiresAt: thumbnail.expiresAt.toISOString() } }),
    counts,
    lastRefreshedAt: document.lastRefreshedAt.toISOString(),
  };
};

export const mongoVideos = ({ collections }: Database): Videos =>
  reachablePort<Videos>({
    page: async (accountId, limit, after) => {
      const older =
        after === undefined
          ? {}
          : {
              $or: [{ createdAt: { $lt: after.createdAt } }, { createdAt: after.createdAt, _id: { $lt: after.id } }],
            };
      const found = collections.videos.find({ accountId, ...older }).sort({ createdAt: -1, _id: -1 });
      return (await found.limit(limit).toArray()).map(toVideo);
    },
    find: async (videoId) => {
      const document = await collections.videos.findOne({ _id: videoId });
      return document === null ? undefined : toVideo(document);
    },
    totals: async (accountId) => {
      const sums = collections.videos.aggregate<Totals>([
        { $match: { accountId } },
        {
          $group: {
            _id: null,
            videos: { $sum: 1 },
            views: { $sum: '$counts.views' },
            likes: { $sum: '$counts.likes' },
            comments: { $sum: '$counts.comments' },
            shares: { $sum: '$counts.shares' },
          },
        },
        { $project: { _id: 0 } },
      ]);
      return (await sums.next()) ?? { videos: 0, views: 0, likes: 0, comments: 0, shares: 0 };
    },
    count: (accountId) => collections.videos.countDocuments({ accountId }),
  });
