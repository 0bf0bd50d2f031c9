import { eventually } from '@trendpot/testing';
import type { Page } from 'playwright-core';

/** Asked inside the page, as text: the tests are compiled without the browser's types. */
const ask = <T>(page: Page, expression: string): Promise<T> => page.evaluate<T>(expression);

/** By how many pixels the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  ask(page, 'document.documentElement.scrollWidth - document.documentElement.clientWidth');

export const background = (page: Page): Promise<string> => ask(page, 'getComputedStyle(document.body).backgroundColor');

/** The text of what has the focus. */
export const focused = (page: Page): Promise<string> =>
  ask(page, `(document.activeElement?.textContent ?? '').replace(/\\s+/g, ' ').trim()`);

export const moving = (page: Page): Promise<number> =>
  ask(
    page,
    `[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).animationName !== 'none').length`,
  );

export const untilPicturesShow = async (page: Page): Promise<void> => {
  const shown = '[...document.images].some((image) => image.naturalWidth > 0)';
  await eventually(() => ask<boolean>(page, shown), { what: 'a picture' });
};

export const untilCards = async (page: Page, count: number): Promise<void> => {
  const there = `document.querySelectorAll('.card').length === ${count}`;
  await eventually(() => ask<boolean>(page, there), { what: `${count} videos on the page` });
};
