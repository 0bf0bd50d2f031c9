import { accessTokenAt } from '@trendpot/fake-tiktok';
import { MongoClient } from 'mongodb';

const FIELDS =
  'id,title,video_description,create_time,duration,cover_image_url,share_url,embed_html,' +
  'like_count,comment_count,share_count,view_count';

interface Page {
  readonly data: { readonly videos: { readonly id: string }[]; readonly cursor: number; readonly has_more: boolean };
}

export interface BareSetup {
  readonly tiktok: string;
  readonly mongoUri: string;
  readonly collection: string;
  readonly creators: readonly string[];
  readonly atOnce: number;
}

export interface BareResult {
  readonly pages: number;
  readonly seconds: number;
}

/**
 * What the least program would do: fetch a page, write its videos with the same durability, fetch the next. No token
 * vault, no sanitizer, no ceilings, no events, no recovery.
 */
const walkAll = async (setup: BareSetup): Promise<BareResult> => {
  await using mongo = new MongoClient(setup.mongoUri, { writeConcern: { w: 'majority', journal: true } });
  const videos = mongo.db('bare').collection<{ _id: string }>(setup.collection);
  const queue = await Promise.all(
    setup.creators.map((creator) => accessTokenAt(setup.tiktok, { creator, scopes: ['video.list'] })),
  );
  let pages = 0;

  const walk = async (authorization: string): Promise<void> => {
    for (let cursor: number | undefined, more = true; more; pages += 1) {
      const answer = await fetch(`${setup.tiktok}/v2/video/list/?fields=${FIELDS}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${authorization}`, 'content-type': 'application/json' },
        body: JSON.stringify({ max_count: 20, ...(cursor === undefined ? {} : { cursor }) }),
      });
      const { data } = (await answer.json()) as Page;
      const writes = data.videos.map(({ id, ...video }) => ({
        replaceOne: { filter: { _id: id }, replacement: video, upsert: true },
      }));
      if (writes.length > 0) await videos.bulkWrite(writes, { ordered: false });
      cursor = data.cursor;
      more = data.has_more;
    }
  };
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await walk(next);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: setup.atOnce }, lane));
  return { pages, seconds: (performance.now() - started) / 1000 };
};

process.send?.(await walkAll(JSON.parse(process.env['BARE_SETUP'] ?? '') as BareSetup));
process.disconnect?.();
