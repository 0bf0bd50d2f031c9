import type { Request } from 'express';
import { bodyOf, callerOf, DisplayFault, fieldsOf } from './display-request.ts';
import { invalidParams } from './envelope.ts';
import type { Knobs } from './knobs.ts';
import { contextOf, MAXIMUM_COUNT } from './list-videos.ts';
import { singleVideoScope } from './scopes.ts';
import type { FakeState } from './state.ts';
import type { Counts } from './stored-video.ts';
import { VIDEO_FIELDS, videoObject } from './video-object.ts';

const isIds = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= MAXIMUM_COUNT &&
  value.every((id) => typeof id === 'string' && id !== '');

/** The endpoint of the alignment notes is described with the ids in both places; those of the filters count. */
const idsOf = (request: Request, dialect: Knobs['dialect']): ReadonlySet<string> => {
  const { filters } = bodyOf(request, dialect === 'alignment' ? ['filters', 'video_ids'] : ['filters']);
  const ids = (filters as { video_ids?: unknown } | null | undefined)?.video_ids;
  if (isIds(ids)) return new Set(ids);
  throw new DisplayFault(invalidParams(`filters.video_ids must hold 1 to ${MAXIMUM_COUNT} strings.`));
};

const grow = (counts: Counts, by: number): void => {
  for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] += by;
};

/** `data` of the endpoint for single videos. What is not the caller's, hidden or unknown is left out without a word. */
export const queryVideos = (state: FakeState, request: Request): Record<string, unknown> => {
  const who = callerOf(state, request, singleVideoScope(state.knobs.dialect));
  const fields = fieldsOf(request, VIDEO_FIELDS);
  const wanted = idsOf(request, state.knobs.dialect);
  const found = who.creator.videos.filter(({ id, hidden }) => wanted.has(id) && !hidden);
  for (const { counts } of found) grow(counts, state.knobs.countGrowth);
  const context = contextOf(state, who);
  return { videos: found.map((video) => videoObject(who.creator, video, fields, context)) };
};
