import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPlatform, type TestPlatform } from '@trendpot/testing';
import type { Browser, Page } from 'playwright-core';
import { DESK, openChromium, PHONE, visitor } from './chromium.ts';
import { background, focused, moving, overflow, untilCards, untilPicturesShow } from './in-page.ts';

const MINUTE_MS = 60_000;

let test: TestPlatform;
let chromium: Browser;

beforeAll(async () => {
  [test, chromium] = await Promise.all([startTestPlatform(), openChromium()]);
}, 2 * MINUTE_MS);
afterAll(async () => {
  await chromium?.close();
  await test?.stop();
}, MINUTE_MS);

const site = (path: string): string => `${test.platform.gatewayUrl}${path}`;

const consent = async (page: Page, creator: string, untick: readonly string[] = []): Promise<void> => {
  await page.getByLabel('You are').selectOption(creator);
  for (const scope of untick) await page.locator(`input[value="${scope}"]`).uncheck();
  await page.getByRole('button', { name: 'Continue' }).click();
};

const connect = async (page: Page, creator: string): Promise<void> => {
  await page.goto(site('/connect'));
  await page.getByRole('button', { name: 'Continue to TikTok' }).click();
  await consent(page, creator);
  await page.waitForURL(/\/account\?/);
};

/** What a screen reader was told last. */
const untilSaid = (page: Page, words: RegExp) =>
  page.locator('#status').filter({ hasText: words }).waitFor({ state: 'attached' });
const untilUpToDate = (page: Page) => page.getByText('Up to date', { exact: true }).waitFor({ timeout: MINUTE_MS });

describe('at a desk', () => {
  it(
    'a creator connects, watches the videos arrive, plays one, and disconnects',
    async () => {
      await using person = await visitor(chromium, test.tiktok.url);
      const { page } = person;
      await page.goto(site('/'));
      await page.getByText('ingest approved TikTok videos and refresh their metrics periodically').waitFor();
      await person.picture('desk-1-connect');
      await page.getByRole('button', { name: 'Continue to TikTok' }).click();
      await person.picture('desk-2-at-tiktok');

      await test.tiktok.knobs({ latencyMs: 500 });
      await consent(page, 'sample');
      await page.waitForURL(/\/account\?/);
      const tallies = new Set<number>();
      for (const stop = Date.now() + MINUTE_MS; Date.now() < stop;) {
        const tally = page.locator('#tally');
        if ((await tally.count()) === 0 && tallies.size > 0) break;
        const text = await tally.textContent({ timeout: 1000 }).catch(() => null);
        if (text === null) continue;
        if (!tallies.has(Number(text)) && tallies.size === 2) await person.picture('desk-3-arriving');
        tallies.add(Number(text));
      }
      expect([...tallies].filter((tally) => tally > 0 && tally < 137).length).toBeGreaterThan(1);
      await test.tiktok.knobs({ latencyMs: 0 });

      await untilUpToDate(page);
      await untilSaid(page, /^Up to date\. /);
      await page.locator('.totals dd').first().waitFor();
      expect(await page.locator('.totals dd').first().textContent()).toMatch(/^\s*137\s*$/);
      expect(await page.locator('.card').count()).toBe(24);
      await untilPicturesShow(page);
      await person.picture('desk-4-videos');

      expect(await page.locator('iframe').count()).toBe(0);
      await page.locator('.play').first().click();
      const player = page.frameLocator('.theatre iframe');
      await player.getByRole('button').waitFor();
      await person.picture('desk-5-player');
      await page.getByRole('button', { name: 'Close the player' }).click();
      expect(await page.locator('.screen iframe').count()).toBe(0);

      for (const count of [48, 72, 96, 120, 137]) {
        await page.getByRole('link', { name: 'Show more videos' }).click();
        await untilCards(page, count);
      }
      expect(await page.getByRole('link', { name: 'Show more videos' }).count()).toBe(0);
      const ids = await page
        .locator('.card')
        .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-video')));
      expect(new Set(ids).size).toBe(137);

      await page.getByRole('link', { name: 'Disconnect' }).click();
      await person.picture('desk-6-disconnect');
      await page.getByLabel('Another reason').check();
      await page.getByLabel('Anything to add?').fill('Trying it out');
      await page.getByLabel('I understand that this cannot be undone.').check();
      await page.getByRole('button', { name: 'Disconnect and erase' }).click();
      await page.waitForURL(/\/receipt$/);
      await person.picture('desk-7-receipt');
      const account = await test.collections.accounts.findOne({ state: 'revoked' });
      expect(account?.revocation?.reason).toBe('Another reason: Trying it out');
      expect(await page.locator('.proof').textContent()).toContain(account?.revocation?.receipt);
      expect(person.complaints).toEqual([]);
    },
    3 * MINUTE_MS,
  );

  it(
    'the whole way can be gone with the keyboard alone',
    async () => {
      await test.tiktok.post('/creators', { handle: 'keys', videos: 3 });
      await using person = await visitor(chromium, test.tiktok.url);
      const { page } = person;
      const press = async (key: string, times = 1): Promise<void> => {
        for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
      };
      const tabTo = async (name: RegExp): Promise<void> => {
        for (let steps = 0; steps < 60; steps += 1) {
          if (name.test(await focused(page))) return;
          await press('Tab');
        }
        throw new Error(`nothing that can have the focus is called ${name.source}`);
      };

      await page.goto(site('/connect'));
      await press('Tab');
      expect(await focused(page)).toBe('Skip to content');
      await tabTo(/^Continue to TikTok$/);
      await press('Enter');
      await page.getByLabel('You are').selectOption('keys');
      await page.getByRole('button', { name: 'Continue' }).press('Enter');
      await page.waitForURL(/\/account\?/);
      await untilUpToDate(page);
      await page.locator('.card').nth(2).waitFor();

      await page.locator('body').focus();
      await tabTo(/^Play: /);
      await press('Enter');
      await page.locator('.theatre iframe').waitFor();
      await press('Escape');
      await page.locator('.theatre iframe').waitFor({ state: 'detached' });
      expect(await focused(page)).toMatch(/^Play: /);

      await press('Home');
      await page.reload();
      await tabTo(/^Disconnect$/);
      await press('Enter');
      await page.waitForURL(/\/disconnect$/);
      await page.getByRole('radio').first().focus();
      await press('ArrowDown');
      expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true);
      await press('Tab', 2);
      await press('Space');
      await tabTo(/^Disconnect and erase$/);
      await press('Enter');
      await page.waitForURL(/\/receipt$/);
      expect(person.complaints).toEqual([]);
    },
    2 * MINUTE_MS,
  );

  it(
    'everything but the player works without JavaScript',
    async () => {
      await test.tiktok.post('/creators', { handle: 'plain', videos: 30 });
      await using person = await visitor(chromium, test.tiktok.url, { ...DESK, javaScriptEnabled: false });
      const { page } = person;
      await connect(page, 'plain');
      const { _id: accountId } = (await test.collections.accounts.findOne({ 'profile.displayName': 'Plain' })) ??
        (await test.collections.accounts.findOne({}, { sort: { createdAt: -1 } })) ?? { _id: '' };
      await test.untilState(accountId, 'healthy');
      await page.reload();
      expect(await page.locator('.card').count()).toBe(24);
      await page.getByRole('link', { name: 'Show more videos' }).click();
      expect(await page.locator('.card').count()).toBe(6);
      await page.getByRole('link', { name: 'Disconnect' }).click();
      await page.getByLabel('I understand that this cannot be undone.').check();
      await page.getByRole('button', { name: 'Disconnect and erase' }).click();
      await page.getByRole('heading', { name: 'You are disconnected' }).waitFor();
    },
    2 * MINUTE_MS,
  );

  it(
    'a creator who declines, or leaves a needed permission out, is told what to do',
    async () => {
      await using person = await visitor(chromium, test.tiktok.url);
      const { page } = person;
      await page.goto(site('/connect'));
      await page.getByRole('button', { name: 'Continue to TikTok' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('heading', { name: 'You chose not to connect' }).waitFor();
      await person.picture('desk-8-declined');
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.getByRole('button', { name: 'Continue to TikTok' }).click();
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      await test.tiktok.post('/creators', { handle: 'careful', videos: 3 });
      await page.reload();
      await consent(page, 'careful', ['video.list']);
      await page.getByText('Please reconnect', { exact: true }).waitFor();
      await person.picture('desk-9-needs-consent');
      await page.getByRole('link', { name: 'Reconnect TikTok' }).click();
      await page.getByRole('button', { name: 'Continue to TikTok' }).click();
      await consent(page, 'careful');
      await untilUpToDate(page);
      expect(person.complaints).toEqual([]);
    },
    2 * MINUTE_MS,
  );
});

describe('a page that is open when a permission ends', () => {
  it(
    'says so to a screen reader, in the words on the page, and offers to reconnect',
    async () => {
      await test.tiktok.post('/creators', { handle: 'ended', videos: 3 });
      await using person = await visitor(chromium, test.tiktok.url);
      const { page } = person;
      await connect(page, 'ended');
      await untilUpToDate(page);
      await page.getByRole('link', { name: 'Disconnect' }).focus();

      const refusal = { what: 'error', status: 401, code: 'scope_not_authorized' };
      await test.tiktok.post('/fail-next', { route: '/v2/video/list/', ...refusal });
      const accountId = new URL(page.url()).searchParams.get('account') ?? '';
      await page.request.get(site(`/api/accounts/${accountId}/videos/live`));
      await untilSaid(page, /^Please reconnect\. A permission that TrendPot needs/);
      await page.getByRole('link', { name: 'Reconnect TikTok' }).waitFor();
      expect(await focused(page)).toBe('Disconnect');
      expect(person.complaints).toEqual([]);
    },
    2 * MINUTE_MS,
  );
});

describe('on a phone, in the dark', () => {
  it(
    'nothing is cut off, and everything is large enough for a thumb',
    async () => {
      await test.tiktok.post('/creators', { handle: 'pocket', videos: 26 });
      await using person = await visitor(chromium, test.tiktok.url, { ...PHONE, colorScheme: 'dark' });
      const { page } = person;
      await page.goto(site('/connect'));
      expect(await overflow(page)).toBe(0);
      await person.picture('phone-1-connect');
      await connect(page, 'pocket');
      await untilUpToDate(page);
      await page.locator('.card').nth(23).waitFor();
      await untilPicturesShow(page);
      expect(await overflow(page)).toBe(0);
      expect(await background(page)).toBe('rgb(13, 20, 18)');
      await person.picture('phone-2-videos');

      const first = await page.locator('.card').first().boundingBox();
      const second = await page.locator('.card').nth(1).boundingBox();
      expect(second?.y).toBe(first?.y);
      await page.locator('.play').first().tap();
      await page.locator('.theatre iframe').waitFor();
      expect(await overflow(page)).toBe(0);
      await person.picture('phone-3-player');
      await page.getByRole('button', { name: 'Close the player' }).tap();

      await page.getByRole('link', { name: 'Disconnect' }).tap();
      await page.waitForURL(/\/disconnect$/);
      expect(await overflow(page)).toBe(0);
      for (const target of await page.locator('main button, main .quiet, main .choice').all()) {
        const box = await target.boundingBox();
        expect(box?.height).toBeGreaterThanOrEqual(44);
      }
      await page.getByRole('button', { name: 'Disconnect and erase' }).scrollIntoViewIfNeeded();
      await person.picture('phone-4-disconnect');
      await page.getByLabel('I understand that this cannot be undone.').check();
      await page.getByRole('button', { name: 'Disconnect and erase' }).tap();
      await page.waitForURL(/\/receipt$/);
      expect(await overflow(page)).toBe(0);
      await person.picture('phone-5-receipt');
      expect(person.complaints).toEqual([]);
    },
    2 * MINUTE_MS,
  );

  it(
    'nothing moves for whoever asked for less motion',
    async () => {
      await using person = await visitor(chromium, test.tiktok.url, { ...PHONE, reducedMotion: 'reduce' });
      const { page } = person;
      await connect(page, 'none');
      expect(await moving(page)).toBe(0);
      await page.getByText('No public videos yet').waitFor();
      await person.picture('phone-6-empty');
    },
    2 * MINUTE_MS,
  );
});
