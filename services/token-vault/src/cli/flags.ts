import { parseArgs } from 'node:util';

/** The command line is at fault; the message says which part and how. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export interface Flags {
  readonly command: string;
  readonly kmsCallsPerSecond: number | undefined;
  readonly atOnce: number;
  readonly operatorCredentials: string | undefined;
  readonly account: string | undefined;
  readonly request: string | undefined;
  readonly help: boolean;
}

const MOST_CALLS_PER_SECOND = 10_000;
const MOST_AT_ONCE = 1_000;

const wholeNumber = (flag: string, text: string, maximum: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= maximum) return value;
  throw new WrongUsage(`--${flag} takes a whole number from 1 to ${maximum}`);
};

const parsed = (parameters: readonly string[]) => {
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        rate: { type: 'string' },
        'at-once': { type: 'string', default: '8' },
        'operator-credentials': { type: 'string' },
        account: { type: 'string' },
        request: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : 'the command line is not understood');
  }
};

/** @throws WrongUsage */
export const readFlags = (parameters: readonly string[]): Flags => {
  const { values, positionals } = parsed(parameters);
  const { rate } = values;
  return {
    command: positionals.join(' '),
    kmsCallsPerSecond: rate === undefined ? undefined : wholeNumber('rate', rate, MOST_CALLS_PER_SECOND),
    atOnce: wholeNumber('at-once', values['at-once'], MOST_AT_ONCE),
    operatorCredentials: values['operator-credentials'],
    account: values.account,
    request: values.request,
    help: values.help,
  };
};
