import { parseArgs } from 'node:util';
import { AccountId, ERROR_CODES } from '@trendpot/contracts';
import type { DeadLetterFilter } from '@trendpot/messaging';
import { parseDuration } from './duration.ts';

export const HELP = `npm run jobs -- COMMAND [NUMBER ...] [FILTER ...]

Looks after jobs that were given up (dead letters), signed in at NATS as the user operator.

  list                   what is there, oldest first
  show NUMBER ...        everything about these, the job itself included
  redrive                tries again, from the first attempt; costs calls to TikTok
  drop                   lets go of them for good

redrive and drop take numbers, or filters, or --all:
  --account ID           of one account; unknown: of those whose account could not be told
  --code CODE            with this error, see docs/errors.md
  --queue sync|refresh   from this queue
  --older-than TIME      given up longer ago than 90s, 15m, 2h or 7d
  --all                  every one
  --limit N              at most so many, oldest first (default 1000)

  --dry-run              says what redrive or drop would do, and its price in calls, and does nothing

The price is what trying again takes at most, if none fails: one call a job, two for the first page of a whole library,
which asks for the creator's name and picture too (TIKTOK_INGESTION_PROFILE). A call that fails is paid and repeated
as usual, and so are the pages or batches after a job.

  --json                 one JSON object instead of a table; npm run --silent jobs prints nothing else
  --help                 this text

Environment: NATS_URL, and NATS_CREDENTIALS_FILE with the key seed of the user operator.
Exit status: 0 done, 1 some were not there or could not be tried again, 64 wrong usage, 69 NATS does not answer, 78 wrong
settings.
`;

export const COMMANDS = ['list', 'show', 'redrive', 'drop'] as const;
export type Command = (typeof COMMANDS)[number];

export interface JobsOptions {
  readonly command: Command;
  /** Empty: the filter says which. */
  readonly numbers: readonly number[];
  readonly filter: DeadLetterFilter;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const QUEUES = ['sync', 'refresh'] as const;

const oneOf = <T extends string>(name: string, value: string, known: readonly T[]): T => {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new TypeError(`${name} must be one of: ${known.join(', ')}`);
  return found;
};

const wholeNumber = (name: string, value: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new TypeError(`${name} must be a whole number from 1`);
  return Number(value);
};

const accountOf = (value: string): AccountId | 'unknown' => {
  if (value !== 'unknown' && !AccountId.safeParse(value).success)
    throw new TypeError('--account must be an account id (acc_...) or unknown');
  return value;
};

const olderThan = (value: string): number => {
  const olderThanMs = parseDuration(value);
  if (olderThanMs === undefined) throw new TypeError('--older-than must be a time such as 90s, 15m, 2h or 7d');
  return olderThanMs;
};

const FLAGS = {
  account: { type: 'string' },
  code: { type: 'string' },
  queue: { type: 'string' },
  'older-than': { type: 'string' },
  limit: { type: 'string' },
  all: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @returns `help` when that was asked for. @throws TypeError that says what is wrong */
export const readOptions = (parameters: readonly string[]): JobsOptions | 'help' => {
  const { values, positionals } = parseArgs({ args: [...parameters], allowPositionals: true, options: FLAGS });
  if (values.help) return 'help';
  const [name, ...rest] = positionals;
  if (name === undefined) throw new TypeError('a command is missing');
  const command = oneOf('the command', name, COMMANDS);
  const numbers = rest.map((text) => wholeNumber('NUMBER', text));
  const chosen = {
    ...(values.account === undefined ? {} : { accountId: accountOf(values.account) }),
    ...(values.code === undefined ? {} : { code: oneOf('--code', values.code, ERROR_CODES) }),
    ...(values.queue === undefined ? {} : { queue: oneOf('--queue', values.queue, QUEUES) }),
    ...(values['older-than'] === undefined ? {} : { olderThanMs: olderThan(values['older-than']) }),
  };
  const filters = Object.keys(chosen).length > 0 || values.all;
  if (command === 'list' && numbers.length > 0) throw new TypeError('list takes no numbers; use show');
  if (command === 'show' && numbers.length === 0) throw new TypeError('show needs the number of a dead letter');
  if (numbers.length > 0 && filters) throw new TypeError('give numbers or filters, not both');
  if ((command === 'redrive' || command === 'drop') && numbers.length === 0 && !filters) {
    throw new TypeError(`${command} needs numbers, a filter, or --all`);
  }
  const filter = values.limit === undefined ? chosen : { ...chosen, limit: wholeNumber('--limit', values.limit) };
  return { command, numbers, filter, dryRun: values['dry-run'], json: values.json };
};
