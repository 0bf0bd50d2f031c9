import { describe, expect, it } from '@jest/globals';
import { gate } from '@trendpot/testing';
import { posts, world } from '../../test/world.ts';
import { makeFetchLivePage } from './live-page.ts';
import { makeLookUpVideo } from './look-up-video.ts';
import { makeSyncPage } from './sync-page.ts';

/** Three ways in which counts come in; the answers to those that `held` names are kept waiting in the sanitizer. */
const scene = () => {
  const around = world(posts(3));
  const { ports, store, pages, accountId, intervals, firstJob, library, tick } = around;
  const whole = pages.of;
  let views = 100;
  pages.of = (cursor, maxCount) => {
    const page = whole(cursor, maxCount);
    return { ...page, videos: page.videos.map((video) => ({ ...video, counts: { views } })) };
  };
  const reportNeedsConsent = () => Promise.resolve(false);
  const isAsked = gate();
  const mayGoOn = gate();
  const held = {
    ...ports,
    reportNeedsConsent,
    sanitizeVideos: async (...asked: Parameters<typeof ports.sanitizeVideos>) => {
      isAsked.open();
      await mayGoOn.passed;
      return ports.sanitizeVideos(...asked);
    },
  };
  const request = { version: 1 as const, requestId: 'req_00000001', accountId };
  const video = () => store.videos.get(library[0]?.id ?? '');
  /** What `late` asked for comes after what was asked for five seconds later. */
  const overtake = async (late: () => Promise<unknown>, newer: () => Promise<unknown>) => {
    const ended = late();
    await isAsked.passed;
    tick(5_000);
    views = 500;
    const at = ports.clock();
    await newer();
    tick(5_000);
    mayGoOn.open();
    await ended;
    return at;
  };
  const page = (from: typeof ports) => () => makeSyncPage({ ...from, intervals })(firstJob());
  const livePage = (from: typeof ports) => () => makeFetchLivePage({ ...from, reportNeedsConsent })(request);
  return { ...around, held, request, video, overtake, page, livePage, mayGoOn };
};

describe('counts that were asked for earlier and come later', () => {
  it('are not stored over newer ones by a page of a walk', async () => {
    const { ports, held, page, livePage, overtake, video, store, accountId } = scene();
    const at = await overtake(page(held), livePage(ports));
    expect(video()).toMatchObject({ refreshedAt: at, video: { counts: { views: 500 } } });
    expect(store.events().at(-2)).toMatchObject({ change: 'synced', videos: [{ counts: { views: 500 } }, {}, {}] });
    expect(store.accounts.get(accountId)).toMatchObject({ state: 'healthy', sync: { videos: 3 } });
  });

  it('are not stored over newer ones for a person, who is shown the newer ones', async () => {
    const { ports, held, page, livePage, overtake, video } = scene();
    let shown: unknown;
    const late = async () => void (shown = await livePage(held)());
    const at = await overtake(late, page(ports));
    expect(video()).toMatchObject({ refreshedAt: at, video: { counts: { views: 500 } } });
    expect(shown).toMatchObject({ videos: [{ counts: { views: 500 } }, {}, {}] });
  });

  it('are not stored over newer ones by a look-up', async () => {
    const { ports, held, request, page, overtake, video, library } = scene();
    const lookUp = makeLookUpVideo(held);
    const at = await overtake(() => lookUp({ ...request, videoId: library[0]?.id ?? '' }), page(ports));
    expect(video()).toMatchObject({ refreshedAt: at, video: { counts: { views: 500 } } });
  });

  it('bring what was not known', async () => {
    const { held, page, overtake, video, store } = scene();
    const at = await overtake(page(held), () => Promise.resolve());
    expect(video()).toMatchObject({ refreshedAt: new Date(at.getTime() - 5_000), video: { counts: { views: 100 } } });
    expect(store.videos.size).toBe(3);
  });
});
