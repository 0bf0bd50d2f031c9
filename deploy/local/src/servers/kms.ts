import { join } from 'node:path';
import { openDataDirectory } from './data-directory.ts';
import { createKmsKey, kmsAnswers, type KmsKey } from './kms-keys.ts';
import { onFreePort, startRestartable, type RestartableServer } from './restartable-server.ts';
import { withProgram, type ProgramChoice } from './with-program.ts';

/** The alias that design and deployment share. */
export const DISPLAY_OAUTH_KEY_ALIAS = 'alias/trendpot/tiktok-display-oauth';

export interface KmsOptions extends ProgramChoice {
  readonly port?: number;
  readonly readyWithinMs?: number;
}

export interface Kms extends Omit<RestartableServer, 'restart'> {
  readonly endpoint: string;
  readonly port: number;
  /** ARN of the symmetric key behind `DISPLAY_OAUTH_KEY_ALIAS`. */
  readonly keyId: string;
  readonly logFile: string;
  createKey(alias?: string): Promise<KmsKey>;
}

/**
 * A KMS endpoint on 127.0.0.1 that encrypts for real, with one key ready. It keeps keys in memory only: killed, it
 * has forgotten them, so there is no restart. Known gap: a disabled key still decrypts.
 * @throws PartError if no KMS endpoint can be had, or it does not answer.
 */
export async function startKms(options: KmsOptions = {}): Promise<Kms> {
  return withProgram('kms', options, async (program) => {
    const data = await openDataDirectory('kms');
    const logFile = join(data.path, 'kms.log');
    try {
      return await onFreePort(options.port, async (port) => {
        const endpoint = `http://127.0.0.1:${port}`;
        let keyId = '';
        const server = await startRestartable({
          name: 'kms',
          program,
          args: (address) => ['-H', address, '-p', String(port)],
          port,
          dataDir: data.path,
          disposable: data.disposable,
          logFile,
          answers: () => kmsAnswers(endpoint),
          readyWithinMs: options.readyWithinMs ?? 60_000,
          async afterStart() {
            ({ keyId } = await createKmsKey(endpoint, DISPLAY_OAUTH_KEY_ALIAS));
          },
          remove: () => data.remove(),
        });
        const createKey = (alias?: string): Promise<KmsKey> => createKmsKey(endpoint, alias);
        return Object.assign(server, { endpoint, port, keyId, logFile, createKey });
      });
    } catch (error) {
      await data.remove();
      throw error;
    }
  });
}
