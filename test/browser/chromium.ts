import { mkdir } from 'node:fs/promises';
import { findProgram, PROCESS_FIRST } from '@trendpot/local-platform';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const SCREENSHOTS = new URL('./screenshots/', import.meta.url);
const PATIENCE_MS = 30_000;

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const openChromium = async (): Promise<Browser> => {
  const { command } = await findProgram('chromium', { order: PROCESS_FIRST });
  await mkdir(SCREENSHOTS, { recursive: true });
  return chromium.launch({ executablePath: command, args: FLAGS });
};

export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained about; a page of ours gives no reason to. */
  readonly complaints: readonly string[];
  picture(name: string): Promise<void>;
}

export const DESK = { viewport: { width: 1280, height: 860 }, locale: 'en-GB', timezoneId: 'UTC' } as const;
export const PHONE = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'en-GB',
  timezoneId: 'UTC',
} as const;

/** A person with a fresh browser profile. TikTok's hosts are played by the fake. */
export const visitor = async (
  browser: Browser,
  tiktokUrl: string,
  options: BrowserContextOptions = DESK,
): Promise<Visitor> => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route(/^https:\/\/([\w-]+\.)*(tiktok|tiktokcdn|tiktokcdn-us)\.com\//, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const answer = await fetch(`${tiktokUrl}${pathname}${search}`).catch(() => undefined);
    if (answer === undefined) return route.abort();
    const contentType = answer.headers.get('content-type') ?? 'text/plain';
    return route.fulfill({ status: answer.status, contentType, body: Buffer.from(await answer.arrayBuffer()) });
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const ours = !message.location().url.startsWith('https://');
    if (ours && (message.type() === 'error' || message.type() === 'warning')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return {
    page,
    complaints,
    picture: async (name) => {
      const path = new URL(`${name}.jpg`, SCREENSHOTS).pathname;
      await page.screenshot({ path, type: 'jpeg', quality: 82, animations: 'disabled' });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
};
