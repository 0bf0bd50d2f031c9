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

/** The pictures of the videos, not just any: the creator's portrait is an image as well. Those out of sight load later. */
export const untilPicturesShow = async (page: Page): Promise<void> => {
  const shown = `[...document.querySelectorAll('.stage img')]
    .filter((image) => image.getBoundingClientRect().top < innerHeight)
    .map((image) => image.complete && image.naturalWidth > 0)`;
  const allShow = async () => {
    const pictures = await ask<boolean[]>(page, shown);
    return pictures.length > 0 && pictures.every(Boolean);
  };
  await eventually(allShow, { what: 'the pictures of the videos in sight' });
};

export const untilCards = async (page: Page, count: number): Promise<void> => {
  const there = `document.querySelectorAll('.card').length === ${count}`;
  await eventually(() => ask<boolean>(page, there), { what: `${count} videos on the page` });
};
