import { startGuarded } from '../processes/guarded-process.ts';
import { PartError } from '../part-error.ts';
import { FAKE_TIKTOK_MAIN, REPOSITORY } from './repository.ts';

export interface FakeTikTokProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Key and secret of the fake's own client. */
export const FAKE_CLIENT = { key: 'awfake0000000000', secret: 'fake-client-secret-0123456789' } as const;

const READY_WITHIN_MS = 20_000;

const listening = (text: string): string | undefined => /"listening":"(http:[^"]+)"/.exec(text)?.[1];

/** Starts the fake TikTok as a process of its own and waits for the address it prints. */
export const startFakeTikTokProcess = async (knobs: Readonly<Record<string, unknown>>): Promise<FakeTikTokProcess> => {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = await startGuarded({
    name: 'fake-tiktok',
    command: process.execPath,
    args: ['--conditions=@trendpot/source', FAKE_TIKTOK_MAIN, '--port', '0', '--knobs', JSON.stringify(knobs)],
    env: { PATH, HOME, NODE_COMPILE_CACHE },
    cwd: REPOSITORY,
    output: 'pipe',
  });
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new PartError('E_PART_NOT_READY', what, { part: 'fake-tiktok', lastLines: text.split('\n').slice(-12) }));
    const late = setTimeout(() => fail('did not say where it listens.'), READY_WITHIN_MS);
    for (const stream of child.output) {
      stream.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString()).slice(-20_000);
        const found = listening(text);
        if (found === undefined) return;
        clearTimeout(late);
        resolve(found);
      });
    }
    void child.untilExit().then((code) => fail(`ended with code ${code}.`));
  });
  return {
    url,
    pid: child.pid,
    stop: async () => {
      child.signal('SIGTERM');
      const deadline = setTimeout(() => child.signal('SIGKILL'), 5000);
      await child.untilExit();
      clearTimeout(deadline);
    },
  };
};
