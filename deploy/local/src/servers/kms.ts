import { join } from 'node:path';
import { locateProgram } from '../parts/locate-program.ts';
import { openDataDirectory } from './data-directory.ts';
import { createKmsKey, kmsAnswers, type KmsKey } from './kms-keys.ts';
import { onFreePort, startRestartable, type RestartableServer } from './restartable-server.ts';

/** The alias that design and deployment share. */
export const DISPLAY_OAUTH_KEY_ALIAS = 'alias/trendpot/tiktok-display-oauth';

export interface KmsOptions {
  readonly port?: number;
  readonly readyWithinMs?: number;
}

export interface Kms extends Omit<RestartableServer, 'restart'> {
  readonly endpoint: string;
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
  const program = await locateProgram('kms');
  const data = await openDataDirectory('kms');
  const logFile = join(data.path, 'kms.log');
  try {
    return await onFreePort(options.port, async (port) => {
      const endpoint = `http://127.0.0.1:${port}`;
      const server = await startRestartable({
        name: 'kms',
        port,
        launch: () => ({
          name: 'kms',
          command: program.command,
          args: [...program.args, '-H', '127.0.0.1', '-p', String(port)],
          env: { ...process.env, ...program.env },
          logFile,
          ...(data.disposable === undefined ? {} : { removeIfOrphaned: data.disposable }),
          answers: () => kmsAnswers(endpoint),
          readyWithinMs: options.readyWithinMs ?? 30_000,
        }),
        disposable: data.disposable !== undefined,
        remove: data.remove,
      });
      const { keyId } = await createKmsKey(endpoint, DISPLAY_OAUTH_KEY_ALIAS);
      const facts = { endpoint, keyId, logFile, createKey: (alias?: string) => createKmsKey(endpoint, alias) };
      return Object.defineProperties(server, Object.getOwnPropertyDescriptors(facts)) as Kms & RestartableServer;
    });
  } catch (error) {
    await data.remove();
    throw error;
  }
}
