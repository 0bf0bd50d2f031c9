import { afterAll, beforeAll } from '@jest/globals';
import { startFakeTikTok, type FakeTikTok, type FakeTikTokOptions } from '../server.ts';
import { appOf, type App } from './app.ts';

/** An app at a fake of its own, which runs for as long as the tests of the file that calls this. */
export const appOfThisFile = (options: FakeTikTokOptions = {}): App => {
  let fake: FakeTikTok | undefined;
  beforeAll(async () => {
    fake = await startFakeTikTok(options);
  });
  afterAll(() => fake?.close());
  return appOf({
    get url() {
      if (fake === undefined) throw new Error('the fake runs from beforeAll on');
      return fake.url;
    },
  });
};
