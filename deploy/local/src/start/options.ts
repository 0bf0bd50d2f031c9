import { parseArgs } from 'node:util';

export const HELP = `npm start [-- --once] [-- --creator HANDLE] [-- --port PORT]

Runs the whole platform on this machine: nats-server, mongod, a KMS endpoint and a fake TikTok are found or fetched, the five
services start as processes of their own, and one sample creator connects. Stays up until Ctrl-C.

  --once            connect, sync, refresh, disconnect, prove that nothing is left, stop; the last line is one JSON object
  --creator HANDLE  the fake TikTok's creator to connect: none (0 videos), sample (137), prolific (2,000). Default: sample
  --port PORT       port of the pages; default 8080, or a free one if that is taken
  --help            this text

What the environment names is used instead: NATS_URL (with NATS_CREDENTIALS_DIRECTORY, see npm run nats-config), MONGODB_URI, AWS_ENDPOINT_URL_KMS (with
TIKTOK_TOKEN_ENC_KEY_ID), and with TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET the real TikTok, where only a person can consent:
then there is no --once.
`;

export interface StartOptions {
  readonly once: boolean;
  readonly creator: string;
  readonly port: number | undefined;
  readonly help: boolean;
}

/** What was asked for makes no sense; the message says why in one line. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** @throws TypeError that names the argument nobody knows */
export const readOptions = (parameters: readonly string[]): StartOptions => {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      once: { type: 'boolean', default: false },
      creator: { type: 'string', default: 'sample' },
      port: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw new TypeError('--port must be a number between 1 and 65535');
  }
  return { once: values.once, creator: values.creator, port, help: values.help };
};
