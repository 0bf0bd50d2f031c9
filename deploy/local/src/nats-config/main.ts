import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { natsAccounts } from '@trendpot/messaging';
import { freshNatsUsers } from '../platform/nats-users.ts';

const HELP = `npm run nats-config -- --out FOLDER

Writes what a NATS server of your own needs to carry the platform:

  FOLDER/accounts.conf   accounts, users and their rights, derived from libs/contracts/src/flows.ts; include it in the
                         server's configuration, which must also have: jetstream { sync_interval: always }
  FOLDER/USER.seed       the key of each user, readable by you alone

Then: NATS_URL=nats://... NATS_CREDENTIALS_DIRECTORY=FOLDER npm start

  --help   this text
`;

const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean', default: false } } });
if (values.help) {
  process.stdout.write(HELP);
} else if (values.out === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 64;
} else {
  const folder = resolve(values.out);
  const users = freshNatsUsers();
  await users.writeTo(folder);
  const { accounts, system_account } = natsAccounts(users.publicKeys);
  const file = join(folder, 'accounts.conf');
  await writeFile(file, `accounts: ${JSON.stringify(accounts, null, 2)}\nsystem_account: ${system_account}\n`, {
    mode: 0o600,
  });
  process.stdout.write(`${file}\n`);
}
