import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { accessTokenAt } from '@trendpot/fake-tiktok';
import { fakeTikTokControl } from '@trendpot/local-platform';
import { LATENCY_MS } from './settings.ts';

/** One call as TikTok saw it arrive. */
export interface Arrival {
  readonly at: number;
  readonly kind: string;
  readonly creator?: string;
  readonly inFlight: number;
}

/** The judge: a fake TikTok without any limit, in a process of its own, that writes down every arrival. */
export interface Judge extends AsyncDisposable {
  readonly url: string;
  readonly tokens: { readonly background: string; readonly interactive: string };
  arrivals(): Promise<Arrival[]>;
  forget(): Promise<void>;
}

export const BACKGROUND_CREATOR = 'background';
const SCRIPT = fileURLToPath(new URL('../../fakes/tiktok/src/main.ts', import.meta.url));

const tokenOf = async (url: string, creator: string): Promise<string> => {
  await fakeTikTokControl(url).post('/creators', { handle: creator, videos: 3 });
  return accessTokenAt(url, { creator, scopes: ['user.info.basic', 'video.list', 'video.data'] });
};

export const startJudge = async (): Promise<Judge> => {
  const knobs = JSON.stringify({ perMinute: 0, latencyMs: LATENCY_MS });
  const child = spawn(process.execPath, ['--conditions=@trendpot/source', SCRIPT, '--knobs', knobs], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  const takeAlong = (): void => void child.kill('SIGKILL');
  process.once('exit', takeAlong);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const url = (JSON.parse(line) as { listening: string }).listening;
  const control = async (method: string, path: string): Promise<Response> =>
    fetch(`${url}/__control${path}`, { method });
  return {
    url,
    tokens: {
      background: await tokenOf(url, BACKGROUND_CREATOR),
      interactive: await tokenOf(url, 'interactive'),
    },
    arrivals: async () => (await (await control('GET', '/calls?kind=display')).json()) as Arrival[],
    forget: async () => void (await control('DELETE', '/calls')),
    [Symbol.asyncDispose]: async () => {
      process.off('exit', takeAlong);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
};
