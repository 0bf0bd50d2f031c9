import { parseArgs } from 'node:util';

export const HELP = `npm run nats-config -- --out FOLDER [--new-keys]

Writes what a NATS server of your own needs to carry the platform:

  FOLDER/accounts.conf   accounts, users and their rights, derived from libs/contracts/src/flows.ts; include it in the
                         server's configuration, which must also have: jetstream { sync_interval: always }
  FOLDER/USER.seed       the key of each user, readable by you alone

Then: NATS_URL=nats://... NATS_CREDENTIALS_DIRECTORY=FOLDER npm start

Run it again after every update of the platform, and reload the server: keys that are there stay in use, accounts.conf is
written anew.

  --new-keys   replaces every key; the services need theirs before the server is reloaded
  --help       this text

Exit status: 0 done, 1 it could not be, 64 wrong usage.
`;

export interface NatsConfigOptions {
  readonly folder: string;
  readonly newKeys: boolean;
}

/** @returns `help` when that was asked for. @throws TypeError that says what is wrong */
export const readOptions = (parameters: readonly string[]): NatsConfigOptions | 'help' => {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      out: { type: 'string', default: '' },
      'new-keys': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.out.trim() === '') throw new TypeError('--out is missing: the folder to write to');
  return { folder: values.out, newKeys: values['new-keys'] };
};
