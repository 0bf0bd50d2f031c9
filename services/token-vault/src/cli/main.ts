import { CONFIGURATION_EXIT_CODE, ConfigurationFault } from '@trendpot/config';
import { KeyRefused } from '../domain/keys/open-key-ring.ts';
import { readFlags, WrongUsage, type Flags } from './flags.ts';
import { listAudit } from './list-audit.ts';
import { openVault, type OpenVault } from './open-vault.ts';
import { rewrap } from './rewrap.ts';
import { status } from './status.ts';
import { verifyAudit } from './verify-audit.ts';

const HELP = `npm run vault -- COMMAND, with the environment of token-vault

  rewrap          move every credential to TIKTOK_TOKEN_ENC_KEY_ID; says when a previous key is safe to retire
    --rate N      calls to KMS a second at most (default VAULT_REWRAP_KMS_CALLS_PER_SECOND)
    --at-once N   credentials under way at once (default 8)
  audit verify    find any gap or change in the audit
    --operator-credentials FILE   NATS seed of the operator, to compare with the audit stream as well (at NATS_URL)
  audit list      what is on record, an entry a line as JSON
    --account ID  of one account; and, or instead:
    --request ID  of one request
  status          keys in use, pending revocations, consents that end soon

Exit status: 0 done and nothing found, 1 something is left or wrong, 64 wrong usage, 78 wrong settings,
130 interrupted: start it again to go on.
`;
const USAGE_EXIT_CODE = 64;

const natsUrl = process.env['NATS_URL']?.trim();

/** Whoever asks for the stream must not be told that all is well without it. */
const lacksStream = ({ operatorCredentials }: Flags): boolean =>
  operatorCredentials !== undefined && (natsUrl === undefined || natsUrl === '');

type Command = (vault: OpenVault, flags: Flags) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  rewrap,
  'audit verify': (vault, { operatorCredentials }) => verifyAudit(vault, { operatorCredentials, natsUrl }),
  'audit list': listAudit,
  status,
};

const commandOf = (flags: Flags): Command => {
  const command = Object.hasOwn(COMMANDS, flags.command) ? COMMANDS[flags.command] : undefined;
  if (command !== undefined) return command;
  throw new WrongUsage(`the command must be one of: ${Object.keys(COMMANDS).join(', ')}; --help says more`);
};

const run = async (): Promise<number> => {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) {
    console.log(HELP);
    return 0;
  }
  const command = commandOf(flags);
  if (lacksStream(flags)) {
    throw new WrongUsage('--operator-credentials needs NATS_URL, or the stream cannot be looked at');
  }
  const vault = await openVault(process.env, { seals: flags.command === 'rewrap' });
  try {
    return await command(vault, flags);
  } finally {
    await vault.close();
  }
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof WrongUsage) return USAGE_EXIT_CODE;
  return error instanceof ConfigurationFault || error instanceof KeyRefused ? CONFIGURATION_EXIT_CODE : 1;
};

try {
  process.exitCode = await run();
} catch (error) {
  console.error(`vault: ${error instanceof Error ? error.message : 'failed'}`);
  process.exitCode = exitCodeOf(error);
}
// Whatever a failure left open must not keep the command from ending.
process.exit();
