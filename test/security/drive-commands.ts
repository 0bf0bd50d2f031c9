import { join } from 'node:path';
import type { AccountId } from '@trendpot/contracts';
import { REPOSITORY } from '@trendpot/local-platform';
import { connectMessaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { bury as buryJob, someSyncJob } from '@trendpot/testing';
import type { GuardedPlatform } from './guarded-platform.ts';
import type { HeardCommands } from './heard-commands.ts';

const VAULT = join(REPOSITORY, 'services/token-vault/dist/cli/main.js');
const JOBS = join(REPOSITORY, 'deploy/local/src/jobs/main.ts');

/** What an operator does at a terminal: `npm run vault` and `npm run jobs`, on the guarded platform. */
export const makeCommands = (guarded: GuardedPlatform, commands: HeardCommands) => {
  const { platform } = guarded.test;
  const { natsUrl, mongoUri, users } = platform.backing;
  const operatorKey = users.credentialsFileOf('operator');

  const expectStatus = async (wanted: number, name: string, given: Promise<number>): Promise<void> => {
    const status = await given;
    if (status !== wanted) throw new Error(`${name} ended with ${status}`);
  };
  const vault = (keys: NodeJS.ProcessEnv, ...parameters: string[]) => {
    const environment = { ...guarded.vaultEnvironment, MONGODB_URI: mongoUri, NATS_URL: natsUrl, ...keys };
    return commands.run(`vault ${parameters.join(' ')}`, [VAULT, ...parameters], environment);
  };
  const jobs = (...parameters: string[]) =>
    commands.run(`jobs ${parameters.join(' ')}`, ['--conditions=@trendpot/source', JOBS, ...parameters], {
      NATS_URL: natsUrl,
      NATS_CREDENTIALS_FILE: operatorKey,
    });

  const bury = async (accountId: AccountId): Promise<void> => {
    const seed = platform.natsSeedOf('ingestion') ?? '';
    const ingestion = await connectMessaging({ url: natsUrl, user: 'ingestion', seed: secret(seed) });
    try {
      await buryJob(ingestion, someSyncJob(accountId, { page: 0 }));
    } finally {
      await ingestion.close();
    }
  };

  return {
    /** The vault goes on under a new key, every credential is moved to it, and the commands that fail fail. */
    async keyRotation(): Promise<void> {
      const next = await guarded.createKey();
      const keys = { TIKTOK_TOKEN_ENC_KEY_ID: next, TIKTOK_TOKEN_ENC_PREVIOUS_KEY_IDS: guarded.keyId };
      await platform.service('token-vault').restart(keys);
      await expectStatus(0, 'rewrap', vault(keys, 'rewrap'));
      await expectStatus(0, 'status', vault(keys, 'status'));
      await expectStatus(78, 'a wrong key', vault({ TIKTOK_TOKEN_ENC_KEY_ID: 'alias/of-nobody' }, 'status'));
      const { _id: account } = (await guarded.test.collections.accounts.findOne())!;
      await expectStatus(0, 'audit list', vault(keys, 'audit', 'list', '--account', account));
      await expectStatus(0, 'audit verify', vault(keys, 'audit', 'verify', '--operator-credentials', operatorKey));
    },

    async deadLetters(accountId: AccountId): Promise<void> {
      await bury(accountId);
      await expectStatus(0, 'list', jobs('list'));
      await expectStatus(1, 'show', jobs('show', '999999'));
      await expectStatus(0, 'redrive', jobs('redrive', '--account', accountId));
      await bury(accountId);
      await expectStatus(0, 'drop', jobs('drop', '--account', accountId, '--json'));
    },
  };
};
