import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fakeTikTokControl } from '@trendpot/local-platform';
import { createOAuthClient } from '@trendpot/tiktok';
import { secret } from '@trendpot/secrets';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
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
const REDIRECT = 'http://127.0.0.1/callback';
const SCRIPT = fileURLToPath(new URL('../../fakes/tiktok/src/main.ts', import.meta.url));

const consent = async (url: string, creator: string): Promise<string> => {
  const form = new URLSearchParams({
    client_key: DEFAULT_CLIENT.key,
    response_type: 'code',
    redirect_uri: REDIRECT,
    state: 'state-0123456789',
    creator,
    decision: 'approve',
  });
  for (const scope of ['user.info.basic', 'video.list', 'video.data']) form.append('scopes', scope);
  const response = await fetch(`${url}/v2/auth/authorize/decision`, { method: 'POST', body: form, redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
};

const tokenOf = async (url: string, creator: string): Promise<string> => {
  await fakeTikTokControl(url).post('/creators', { handle: creator, videos: 3 });
  const oauth = createOAuthClient({
    baseUrl: url,
    clientKey: DEFAULT_CLIENT.key,
    clientSecrets: () => [secret(DEFAULT_CLIENT.secrets[0] ?? '')],
  });
  try {
    const grant = await oauth.exchange({ code: await consent(url, creator), redirectUri: REDIRECT });
    return grant.accessToken.reveal();
  } finally {
    oauth.close();
  }
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
