// The account page while it is open: live progress, fresh numbers, more videos, the player on demand.
// The server renders everything; this file only moves pieces of its pages into the one that is shown.

const root = /** @type {HTMLElement} */ (document.querySelector('[data-progress]'));
const grid = /** @type {HTMLElement} */ (document.getElementById('grid'));
const status = /** @type {HTMLElement} */ (document.getElementById('status'));
document.documentElement.classList.add('scripted');

/** @param {string} address */
const load = async (address) => {
  const response = await fetch(address, { headers: { accept: 'text/html' }, credentials: 'same-origin' });
  if (response.redirected && new URL(response.url).pathname !== '/account') location.assign(response.url);
  if (!response.ok) throw new Error(`the page answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
};

/** @param {string} id */
const cardOf = (id) => /** @type {HTMLElement | null} */ (grid.querySelector(`[data-video="${CSS.escape(id)}"]`));

/**
 * Takes over what a fresh copy of the first page says: numbers of cards that are here, cards that are not. A card is
 * never replaced, so neither the focus nor a playing video is lost.
 *
 * @param {Document} fresh
 */
const mergeCards = (fresh) => {
  /** @type {Element | null} */
  let before = null;
  for (const card of fresh.querySelectorAll('#grid > [data-video]')) {
    const known = cardOf(card.getAttribute('data-video') ?? '');
    if (known === null) {
      card.classList.add('new');
      grid.insertBefore(card, before === null ? grid.firstChild : before.nextSibling);
      before = card;
    } else {
      const [old, current] = [known.querySelector('.counts'), card.querySelector('.counts')];
      if (old !== null && current !== null && !old.isEqualNode(current)) old.replaceWith(current);
      before = known;
    }
  }
  const empty = document.getElementById('empty');
  if (empty !== null) {
    empty.hidden = grid.childElementCount > 0;
    empty.textContent = fresh.getElementById('empty')?.textContent ?? '';
  }
  const more = document.getElementById('more');
  const freshMore = fresh.getElementById('more');
  // Only while nothing more was loaded does the first page know where the list goes on.
  if (more !== null && freshMore !== null && !more.dataset.moved && !more.contains(document.activeElement)) {
    more.replaceChildren(...freshMore.childNodes);
  }
};

/** How things stand, in the server's own words. */
const standing = () =>
  [...document.querySelectorAll('#summary .state, #summary .hint')].map((part) => part.textContent.trim()).join('. ');

/**
 * The link to reconnect comes and goes with the state; whatever has the focus beside it stays.
 *
 * @param {Document} fresh
 */
const mergeActions = (fresh) => {
  const actions = document.querySelector('.who-actions');
  const [known, wanted] = [actions?.querySelector('.primary'), fresh.querySelector('.who-actions .primary')];
  if (wanted === null) known?.remove();
  else if (!known) actions?.prepend(wanted);
};

let told = standing();
let refreshing = false;
let refreshAgain = false;
const refresh = async () => {
  if (refreshing) {
    refreshAgain = true;
    return;
  }
  refreshing = true;
  try {
    const fresh = await load(root.dataset.page ?? location.href);
    const [summary, now] = [document.getElementById('summary'), fresh.getElementById('summary')];
    if (summary !== null && now !== null) summary.replaceWith(now);
    const [name, newName] = [document.querySelector('.who h1'), fresh.querySelector('.who h1')];
    if (name !== null && newName !== null) name.textContent = newName.textContent;
    mergeActions(fresh);
    mergeCards(fresh);
    if (standing() !== told) status.textContent = told = standing();
    localise();
  } catch {
    // The next event or heartbeat tries again.
  } finally {
    // Many pages may arrive in a second; one look a second is enough.
    setTimeout(() => {
      refreshing = false;
      if (refreshAgain) {
        refreshAgain = false;
        void refresh();
      }
    }, 1000);
  }
};

let spoken = 0;
let lastState = document.getElementById('summary')?.dataset.state;

/** @param {{ state: string, pages: number, videos: number, complete: boolean, library: boolean }} progress */
const show = (progress) => {
  const tally = document.getElementById('tally');
  if (tally !== null) tally.textContent = progress.videos.toLocaleString('en');
  const pages = document.getElementById('pages');
  if (pages !== null) {
    for (let count = pages.childElementCount; count < Math.min(progress.pages, 60); count += 1) {
      const mark = document.createElement('li');
      mark.className = 'new';
      pages.append(mark);
    }
  }
  // The tally is there while videos arrive; an event that is late must not speak over what the page says by now.
  if (tally !== null && performance.now() - spoken > 5000) {
    spoken = performance.now();
    status.textContent = `${progress.videos} videos so far`;
  }
  if (progress.state !== lastState || progress.library) void refresh();
  lastState = progress.state;
};

const events = new EventSource(root.dataset.progress ?? '');
events.addEventListener('progress', (event) => show(JSON.parse(event.data)));

const theatre = /** @type {HTMLDialogElement} */ (document.getElementById('theatre'));
const screen = /** @type {HTMLElement} */ (document.getElementById('screen'));

// Nothing of TikTok's player is loaded before somebody asks for it, and nothing of it stays.
grid.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('.play') : null;
  const player = /** @type {HTMLTemplateElement | null} */ (
    button?.parentElement?.querySelector('template.player') ?? null
  );
  if (player === null) return;
  screen.replaceChildren(document.importNode(player.content, true));
  theatre.showModal();
});
theatre.addEventListener('close', () => screen.replaceChildren());
theatre.addEventListener('click', (event) => {
  if (event.target === theatre) theatre.close();
});
document.getElementById('close')?.addEventListener('click', () => theatre.close());

document.getElementById('more')?.addEventListener('click', async (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const more = /** @type {HTMLElement} */ (document.getElementById('more'));
  if (link === null || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (link.getAttribute('aria-busy') === 'true') return;
  link.setAttribute('aria-busy', 'true');
  try {
    const next = await load(link.href);
    const cards = [...next.querySelectorAll('#grid > [data-video]')].filter(
      (card) => cardOf(card.getAttribute('data-video') ?? '') === null,
    );
    grid.append(...cards);
    more.dataset.moved = 'yes';
    more.replaceChildren(...(next.getElementById('more')?.childNodes ?? []));
    /** @type {HTMLElement | null} */ (cards[0]?.querySelector('.play') ?? null)?.focus();
    status.textContent = `${cards.length} more videos`;
    localise();
  } catch {
    location.assign(link.href);
  }
});

// Pictures die after hours; the colour behind them stays.
document.addEventListener(
  'error',
  (event) => {
    if (event.target instanceof HTMLImageElement) event.target.classList.add('broken');
  },
  true,
);
for (const image of document.images) if (image.complete && image.naturalWidth === 0) image.classList.add('broken');

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

const localise = () => {
  for (const time of document.querySelectorAll('time[data-relative]')) {
    const seconds = Math.max(0, (Date.now() - Date.parse(time.getAttribute('datetime') ?? '')) / 1000);
    if (seconds >= 86_400) time.textContent = relative.format(-Math.floor(seconds / 86_400), 'day');
    else if (seconds >= 3600) time.textContent = relative.format(-Math.floor(seconds / 3600), 'hour');
    else if (seconds >= 60) time.textContent = relative.format(-Math.floor(seconds / 60), 'minute');
    else time.textContent = 'just now';
  }
  for (const time of document.querySelectorAll('time[data-date]')) {
    time.textContent = day.format(new Date(time.getAttribute('datetime') ?? ''));
  }
};
localise();
setInterval(localise, 30_000);
