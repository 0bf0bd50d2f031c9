import express, { type Request, type Response, type Router } from 'express';
import { drawAvatar, drawCover } from './drawings.ts';
import { findVideo } from './find-video.ts';
import { interfere } from './interfere.ts';
import { oembedOf } from './oembed.ts';
import { pictureKey } from './pictures.ts';
import { playerPage } from './player-page.ts';
import type { FakeState } from './state.ts';

/** An address says itself when it ends; one that does not say lives for ever here. */
const isExpired = ({ query }: Request): boolean =>
  typeof query['x-expires'] === 'string' && Number(query['x-expires']) * 1000 < Date.now();

const keyOf = ({ params }: Request): string => pictureKey(String(params['file']));

const sendPicture = (request: Request, response: Response, drawing: string | undefined): void => {
  if (drawing === undefined || isExpired(request)) return void response.status(403).type('text').send('Forbidden');
  response.set({ 'cache-control': 'max-age=3600', 'access-control-allow-origin': '*' });
  response.type('image/svg+xml').send(drawing);
};

/** What needs no token: oEmbed, pictures under this server's paths and under TikTok's, and a stand-in for the player. */
export const publicRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.use(interfere(state));
  router.get('/oembed', (request, response) => {
    const answer = oembedOf(state, request.query['url']);
    response.set('access-control-allow-origin', '*').status(answer === undefined ? 400 : 200);
    response.json(answer ?? { message: 'Something went wrong', code: 400 });
  });
  router.get(['/thumbnails/:file', '/tos-alisg-p-0037/:file'], (request, response) => {
    const video = findVideo(state.creators, keyOf(request))?.video;
    sendPicture(request, response, video && drawCover(video.id, video.caption, video.photo));
  });
  router.get(['/avatars/:file', '/tos-alisg-avt-0068/:file'], (request, response) => {
    const creator = state.creators.get(keyOf(request));
    sendPicture(request, response, creator && drawAvatar(creator.displayName, creator.openId.charCodeAt(8)));
  });
  router.get('/player/v1/:id', (request, response) => {
    const video = findVideo(state.creators, request.params.id)?.video;
    response
      .status(video === undefined ? 404 : 200)
      .type('html')
      .send(playerPage(video));
  });
  return router;
};
