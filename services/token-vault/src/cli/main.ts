import { parseArgs } from 'node:util';
import { CONFIGURATION_EXIT_CODE, ConfigurationFault } from '@trendpot/config';
import { KeyRefused } from '../domain/open-key-ring.ts';
import { openVault } from './open-vault.ts';
import { rewrap } from './rewrap.ts';
import { status } from './status.ts';
import { verifyAudit } from './verify-audit.ts';

const HELP = `vault COMMAND, with the environment of token-vault

  rewrap          move every credential to TIKTOK_TOKEN_ENC_KEY_ID; says when a previous key is safe to retire
    --rate N      calls to KMS a second at most (default VAULT_REWRAP_KMS_CALLS_PER_SECOND)
    --at-once N   credentials under way at once (default 8)
  audit verify    find any gap or change in the audit
    --operator-credentials FILE   NATS seed of the operator, to compare with the audit stream as well (at NATS_URL)
  status          keys in use, pending revocations, consents that end soon

Exit status: 0 done and nothing found, 1 something is left or wrong, 64 wrong usage, 78 wrong settings.
`;
const USAGE_EXIT_CODE = 64;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string' },
    'at-once': { type: 'string', default: '8' },
    'operator-credentials': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const COMMANDS: Readonly<Record<string, (vault: Awaited<ReturnType<typeof openVault>>) => Promise<number>>> = {
  rewrap: (vault) =>
    rewrap(vault, {
      kmsCallsPerSecond: values.rate === undefined ? undefined : Number(values.rate),
      atOnce: Number(values['at-once']),
    }),
  'audit verify': (vault) =>
    verifyAudit(vault, {
      operatorCredentials: values['operator-credentials'],
      natsUrl,
    }),
  status,
};

const natsUrl = process.env['NATS_URL']?.trim();
/** Whoever asks for the stream must not be told that all is well without it. */
const lacksStream = values['operator-credentials'] !== undefined && (natsUrl === undefined || natsUrl === '');

const run = async (): Promise<number> => {
  const name = positionals.join(' ');
  const command = COMMANDS[name];
  if (values.help || command === undefined) {
    console.log(HELP);
    return values.help ? 0 : USAGE_EXIT_CODE;
  }
  if (lacksStream) {
    console.error('vault: --operator-credentials needs NATS_URL, or the stream cannot be looked at');
    return USAGE_EXIT_CODE;
  }
  const vault = await openVault(process.env, { seals: name === 'rewrap' });
  try {
    return await command(vault);
  } finally {
    await vault.close();
  }
};

try {
  process.exitCode = await run();
} catch (error) {
  console.error(`vault: ${error instanceof Error ? error.message : 'failed'}`);
  const settings = error instanceof ConfigurationFault || error instanceof KeyRefused;
  process.exitCode = settings ? CONFIGURATION_EXIT_CODE : 1;
}
// Whatever a failure left open must not keep the command from ending.
process.exit();
