import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { natsAccounts } from '@trendpot/messaging';
import { keysInFolder, type KeysInFolder } from './keys-in-folder.ts';
import { HELP, readOptions, type NatsConfigOptions } from './options.ts';

const FAILED = 1;
const WRONG_USAGE = 64;

const optionsOrExit = (): NatsConfigOptions | 'help' => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`nats-config: ${(error as Error).message}\n\n${HELP}`);
    process.exit(WRONG_USAGE);
  }
};

const describeKeys = ({ kept, made }: KeysInFolder): string =>
  [
    ...(kept.length === 0 ? [] : [`kept the keys of ${kept.join(', ')}`]),
    ...(made.length === 0 ? [] : [`made new ones for ${made.join(', ')}`]),
  ].join('; ');

const write = async (options: NatsConfigOptions): Promise<void> => {
  const folder = resolve(options.folder);
  const keys = await keysInFolder(folder, options);
  const { accounts, system_account } = natsAccounts(keys.publicKeys);
  const file = join(folder, 'accounts.conf');
  await writeFile(file, `accounts: ${JSON.stringify(accounts, null, 2)}\nsystem_account: ${system_account}\n`, {
    mode: 0o600,
  });
  process.stderr.write(`${describeKeys(keys)}\n`);
  process.stdout.write(`${file}\n`);
};

const options = optionsOrExit();
if (options === 'help') {
  process.stdout.write(HELP);
} else {
  try {
    await write(options);
  } catch (error) {
    process.stderr.write(`nats-config: ${(error as Error).message}\n`);
    process.exitCode = FAILED;
  }
}
