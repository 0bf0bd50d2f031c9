import express, { type Request, type Router } from 'express';
import { createCreator, isHandle, postVideos, type Creator } from '../creators.ts';
import type { FakeState } from '../state.ts';
import type { StoredVideo } from '../stored-video.ts';
import { ControlRefusal, flag, object, optional, readBody, text, whole } from './body.ts';

const summaryOf = ({ handle, openId, videos }: Creator) => ({ handle, openId, videos: videos.length });

const overviewOf = ({ id, createTime, caption, hidden, photo, counts }: StoredVideo) => ({
  id,
  createTime,
  caption,
  hidden,
  photo,
  counts,
});

const given = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** All or nothing: both parts are read before either is written. */
const change = (video: StoredVideo, body: unknown): void => {
  const { counts, ...rest } = readBody(body, {
    caption: optional(text()),
    embedHtml: optional(text()),
    coverImageUrl: optional(text()),
    hidden: optional(flag()),
    counts: object({}),
  });
  const read = readBody(counts, {
    view_count: optional(whole()),
    like_count: optional(whole()),
    comment_count: optional(whole()),
    share_count: optional(whole()),
  });
  Object.assign(video.counts, given(read));
  Object.assign(video, given(rest));
};

export const creatorRoutes = (state: FakeState): Router => {
  const router = express.Router();
  const creatorOf = (request: Request<{ handle: string }>): Creator => {
    const creator = state.creators.get(request.params.handle);
    if (creator === undefined) throw new ControlRefusal(404, ['there is no such creator']);
    return creator;
  };
  router.get('/creators', (_request, response) => {
    response.json([...state.creators.values()].map(summaryOf));
  });
  router.post('/creators', (request, response) => {
    const { handle, videos, siblings } = readBody(request.body, {
      handle: text(),
      videos: whole(0),
      siblings: whole(0),
    });
    if (!isHandle(handle)) throw new ControlRefusal(400, ['handle must be 1 to 24 letters, digits or ._-']);
    const creator = createCreator(handle, videos, siblings);
    state.creators.set(handle, creator);
    response.status(201).json(summaryOf(creator));
  });
  router.get('/creators/:handle/videos', (request, response) => {
    response.json(creatorOf(request).videos.map(overviewOf));
  });
  router.post('/creators/:handle/videos', (request, response) => {
    const { videos } = readBody(request.body, { videos: whole(1) });
    response.status(201).json(postVideos(creatorOf(request), videos).map(({ id }) => id));
  });
  router.patch('/creators/:handle/videos/:id', (request, response) => {
    const video = creatorOf(request).videos.find(({ id }) => id === request.params.id);
    if (video === undefined) throw new ControlRefusal(404, ['there is no such video']);
    change(video, request.body);
    response.json(overviewOf(video));
  });
  return router;
};
