import express, { type Router } from 'express';
import { embedHtml } from './embed-html.ts';
import type { Creator, StoredVideo } from './creators.ts';
import type { FakeState } from './state.ts';

const findVideo = (state: FakeState, id: string): { creator: Creator; video: StoredVideo } | undefined => {
  for (const creator of state.creators.values()) {
    const video = creator.videos.find((candidate) => candidate.id === id && !candidate.hidden);
    if (video !== undefined) return { creator, video };
  }
  return undefined;
};

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A picture that is pleasant to look at and different for every video. */
const cover = (id: string, caption: string): string => {
  const hue = Number(BigInt(id) % 360n);
  const words = escape(caption.slice(0, 26));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="400" viewBox="0 0 300 400"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue} 70% 62%)"/><stop offset="1" stop-color="hsl(${(hue + 70) % 360} 65% 32%)"/></linearGradient></defs><rect width="300" height="400" fill="url(#g)"/><circle cx="${60 + (hue % 180)}" cy="${90 + (hue % 120)}" r="70" fill="#fff" fill-opacity=".16"/><path d="M0 ${280 + (hue % 40)} Q150 ${200 + (hue % 60)} 300 ${300 - (hue % 50)} V400 H0Z" fill="#000" fill-opacity=".22"/><text x="20" y="370" font-family="system-ui,sans-serif" font-size="18" fill="#fff">${words}</text></svg>`;
};

/** What needs no token: oEmbed, cover pictures, and a stand-in for the player. */
export const publicRoutes = (state: FakeState): Router => {
  const router = express.Router();
  router.get('/oembed', (request, response) => {
    const id = /\/(?:video|photo)\/(\d+)/.exec(
      typeof request.query['url'] === 'string' ? request.query['url'] : '',
    )?.[1];
    const found = id === undefined ? undefined : findVideo(state, id);
    if (found === undefined) return void response.status(400).json({ message: 'Something went wrong', code: 400 });
    const { creator, video } = found;
    response.set('access-control-allow-origin', '*').json({
      version: '1.0',
      type: 'video',
      title: video.caption,
      author_url: `https://www.tiktok.com/@${creator.handle}`,
      author_name: creator.displayName,
      width: '100%',
      height: '100%',
      html: video.embedHtml ?? embedHtml(creator.handle, video.id, video.caption, 'oembed'),
      thumbnail_width: 576,
      thumbnail_height: 1024,
      thumbnail_url: `${state.ownUrl}/thumbnails/${video.id}.svg`,
      provider_url: 'https://www.tiktok.com',
      provider_name: 'TikTok',
      author_unique_id: creator.handle,
      embed_product_id: video.id,
      embed_type: 'video',
    });
  });
  router.get('/thumbnails/:file', (request, response) => {
    const id = /^(\d+)\.svg$/.exec(request.params.file)?.[1];
    const found = id === undefined ? undefined : findVideo(state, id);
    if (found === undefined) return void response.status(403).end();
    response.type('image/svg+xml').send(cover(found.video.id, found.video.caption));
  });
  router.get('/player/v1/:id', (request, response) => {
    response
      .type('html')
      .send(
        `<!doctype html><title>Player</title><body style="margin:0;background:#111;color:#eee;display:grid;place-items:center;height:100vh;font:16px system-ui">▶ ${escape(request.params.id)}`,
      );
  });
  return router;
};
