import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { describeError } from './describe-error.ts';
import { linesOfOneTurn } from './lines-of-one-turn.ts';
import { redact } from './redact.ts';

export interface Logger {
  /** `event` names what happened, from general to special: `tiktok.token.refresh`. Never a sentence. */
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Logger;
}

const RESERVED = new Set(['level', 'time', 'service', 'event']);

const loggable = (value: unknown): unknown => {
  if (value instanceof Error) return describeError(value);
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  return value;
};

const clean = (fields: Record<string, unknown>, cleaned: Record<string, unknown> = {}): Record<string, unknown> => {
  for (const name of Object.keys(fields)) cleaned[RESERVED.has(name) ? `${name}_` : name] = loggable(fields[name]);
  return cleaned;
};

const wrap = (inner: Pino): Logger => ({
  debug: (event, fields = {}) => inner.debug(clean(fields, { event })),
  info: (event, fields = {}) => inner.info(clean(fields, { event })),
  warn: (event, fields = {}) => inner.warn(clean(fields, { event })),
  error: (event, fields = {}) => inner.error(clean(fields, { event })),
  child: (fields) => wrap(inner.child(clean(fields))),
});

/** JSON lines on standard output. `destination` is for those who read them back. */
export const createLogger = (
  options: { readonly service: string; readonly level: string },
  destination: DestinationStream = linesOfOneTurn(),
): Logger =>
  wrap(
    pino(
      {
        level: options.level,
        base: { service: options.service },
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (level) => ({ level }) },
        hooks: { streamWrite: redact },
      },
      destination,
    ),
  );
