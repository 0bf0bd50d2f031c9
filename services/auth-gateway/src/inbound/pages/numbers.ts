import { html, type Markup } from './html.ts';

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const EXACT = new Intl.NumberFormat('en');
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const compact = (value: number): string => COMPACT.format(value);
export const exact = (value: number): string => EXACT.format(value);

/** `1:07`, `1:02:03`. */
export const clockTime = (seconds: number): string => {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const ago = (seconds: number): string => {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ['second', 1];
  return unit === 'second' ? 'just now' : RELATIVE.format(-Math.floor(seconds / size), unit);
};

/** `3 minutes ago`; a script keeps it true while the page is open. */
export const relativeTime = (at: Date, now: Date): Markup =>
  html`<time datetime="${at.toISOString()}" data-relative title="${MOMENT.format(at)} UTC"
    >${ago(Math.max(0, (now.getTime() - at.getTime()) / 1000))}</time
  >`;

export const absoluteTime = (at: Date): Markup =>
  html`<time datetime="${at.toISOString()}" data-absolute>${MOMENT.format(at)} UTC</time>`;
