import type { Creator } from './creators.ts';
import type { StoredVideo } from './stored-video.ts';

/** The public video of this id, whoever posted it. */
export const findVideo = (
  creators: ReadonlyMap<string, Creator>,
  id: string,
): { creator: Creator; video: StoredVideo } | undefined => {
  for (const creator of creators.values()) {
    const video = creator.videos.find((candidate) => candidate.id === id && !candidate.hidden);
    if (video !== undefined) return { creator, video };
  }
  return undefined;
};
