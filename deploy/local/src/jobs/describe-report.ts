import type { StoredDeadLetter } from '@trendpot/messaging';
import { describeAge } from './duration.ts';
import type { Fate, JobsReport } from './run-jobs.ts';

const WORD: Readonly<Record<Fate, string>> = {
  kept: '',
  queued: 'queued again',
  dropped: 'dropped',
  'not-redrivable': 'left: holds no job to try again',
  gone: 'gone already',
};

const MESSAGE_WIDTH = 60;

const jobOf = ({ letter }: StoredDeadLetter): unknown => {
  const text = Buffer.from(letter.body, 'base64').toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const viewOf = (stored: StoredDeadLetter) => {
  const { body: _body, version: _version, ...letter } = stored.letter;
  return {
    number: stored.sequence,
    storedAt: stored.storedAt.toISOString(),
    ...letter,
    priceInCalls: stored.priceInCalls,
  };
};

/** For programs: one object. */
export const reportAsJson = (report: JobsReport): string =>
  JSON.stringify({
    ...report,
    letters: report.letters.map(({ stored, fate }) => ({
      ...viewOf(stored),
      ...(report.command === 'show' ? { job: jobOf(stored) } : {}),
      ...(fate === 'kept' ? {} : { fate }),
    })),
  });

/** Whatever a letter holds was written by others: a terminal gets none of its control characters. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');

const HEAD = ['number', 'age', 'queue', 'account', 'code', 'attempts', 'calls', 'reason'];
const ALIGNED_RIGHT = new Set(['number', 'age', 'attempts', 'calls']);

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return ALIGNED_RIGHT.has(HEAD[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [HEAD, ...rows].map(line).join('\n');
};

const rowOf = ({ sequence, storedAt, letter, priceInCalls }: StoredDeadLetter, fate: Fate, now: number): string[] => {
  const reason = fate === 'kept' ? printable(letter.message) : WORD[fate];
  return [
    String(sequence),
    describeAge(now - storedAt.getTime()),
    letter.queue,
    letter.accountId,
    printable(letter.code),
    String(letter.attempts),
    String(priceInCalls),
    reason.length > MESSAGE_WIDTH ? `${reason.slice(0, MESSAGE_WIDTH - 1)}…` : reason,
  ];
};

const whole = (stored: StoredDeadLetter): string =>
  [
    ...Object.entries(viewOf(stored)).map(([name, value]) => `${name.padEnd(13)} ${printable(String(value))}`),
    `${'job'.padEnd(13)} ${printable(JSON.stringify(jobOf(stored)))}`,
  ].join('\n');

const summary = ({ command, dryRun, letters, priceInCalls, missing }: JobsReport): string => {
  const count = (fate: Fate): number => letters.filter((letter) => letter.fate === fate).length;
  const would = dryRun ? 'would be ' : '';
  const price = `at most ${priceInCalls} calls to TikTok if none fails; what the jobs lead to is paid as usual`;
  const told = {
    list: `${letters.length} dead letters; trying them all again takes ${price}`,
    show: '',
    redrive: `${count('queued')} ${would}queued again: ${price}`,
    drop: `${count('dropped')} ${would}dropped for good`,
  }[command];
  const left = count('not-redrivable');
  return [
    ...(told === '' ? [] : [told]),
    ...(left === 0
      ? []
      : [`${left} left where they are: they hold no job to try again; drop them when you have seen them`]),
    ...(missing.length === 0 ? [] : [`not there: ${missing.join(', ')}`]),
  ].join('\n');
};

/** For people: a table and what it comes to. */
export const reportAsText = (report: JobsReport, now = Date.now()): string => {
  const { command, letters } = report;
  const rows = letters.map(({ stored, fate }) => rowOf(stored, fate, now));
  const shown = command === 'show' ? letters.map(({ stored }) => whole(stored)).join('\n\n') : table(rows);
  return [letters.length === 0 ? '' : shown, summary(report)].filter((part) => part !== '').join('\n\n');
};
