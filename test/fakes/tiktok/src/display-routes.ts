import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import { DisplayFault } from './display-request.ts';
import { FAULT, invalidParams, sendData, sendFault } from './envelope.ts';
import { interfere } from './interfere.ts';
import type { Knobs } from './knobs.ts';
import { listVideos } from './list-videos.ts';
import { queryVideos } from './query-videos.ts';
import type { FakeState } from './state.ts';
import { userInfo } from './user-info.ts';

type Answer = (state: FakeState, request: Request) => Record<string, unknown> | undefined;

const only =
  (dialect: Knobs['dialect'], answer: Answer): Answer =>
  (state, request) => {
    if (state.knobs.dialect !== dialect) throw new DisplayFault(FAULT.notFound);
    return answer(state, request);
  };

/** body-parser names what went wrong in `type`. */
const isUnreadableBody = (error: unknown): boolean => typeof (error as { type?: unknown }).type === 'string';

/** The Display API. The endpoint for single videos differs between the dialects; the other one's does not exist. */
export const displayRoutes = (state: FakeState): Router => {
  const router = express.Router();
  const answering = (answer: Answer) => (request: Request, response: Response) =>
    sendData(response, answer(state, request));
  router.use(express.json({ limit: '64kb', strict: false }), interfere(state));
  router.get('/user/info/', answering(userInfo));
  router.post('/video/list/', answering(listVideos));
  router.post('/video/query/', answering(only('published', queryVideos)));
  router.post('/video/data/', answering(only('alignment', queryVideos)));
  router.use(() => {
    throw new DisplayFault(FAULT.notFound);
  });
  const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (error instanceof DisplayFault) return sendFault(response, state.knobs, error.fault);
    if (isUnreadableBody(error)) return sendFault(response, state.knobs, invalidParams('The body is no JSON.'));
    next(error);
  };
  router.use(refuse);
  return router;
};
