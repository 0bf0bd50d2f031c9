/** What a test or the demonstration asks the fake TikTok beside its API: what was really sent, and how it shall behave. */
export interface FakeTikTokControl {
  readonly url: string;
  knobs(changes: Readonly<Record<string, unknown>>): Promise<void>;
  summary(windowMs?: number): Promise<CallSummary>;
  calls(route?: string): Promise<readonly Call[]>;
  post<T>(path: string, body?: unknown): Promise<T>;
  get<T>(path: string): Promise<T>;
}

export interface CallSummary {
  readonly total: number;
  readonly byRoute: Readonly<Record<string, number>>;
  readonly maxInFlight: number;
  readonly maxInWindow: number;
}

export interface Call {
  readonly at: number;
  readonly route: string;
  readonly creator?: string;
  readonly status: number;
}

export const fakeTikTokControl = (url: string): FakeTikTokControl => {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/__control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`the fake TikTok refused ${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    url,
    knobs: async (changes) => void (await ask('PATCH', '/knobs', changes)),
    summary: (windowMs = 60_000) => ask('GET', `/calls/summary?windowMs=${windowMs}&kind=display`),
    calls: (route) => ask('GET', `/calls${route === undefined ? '' : `?route=${encodeURIComponent(route)}`}`),
    post: (path, body = {}) => ask('POST', path, body),
    get: (path) => ask('GET', path),
  };
};
