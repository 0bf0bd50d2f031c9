import { DEFAULT_CLIENT, type FakeTikTok } from '../index.ts';

export const REDIRECT = 'http://127.0.0.1:9/callback';
export const SCOPES = ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription'];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface ApiAnswer extends Answer {
  readonly code: string;
  readonly data: { videos?: Record<string, unknown>[]; cursor?: number; has_more?: boolean } | undefined;
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Pages, empty bodies and garbage are read as text.
  }
  return { status: response.status, headers: response.headers, text, body };
};

/** An app as a spec writes it: plain HTTP, nothing of the fake's own code. */
export const appOf = (fake: Pick<FakeTikTok, 'url'>) => {
  const request = async (path: string, init: RequestInit = {}): Promise<Answer> =>
    answerOf(await fetch(`${fake.url}${path}`, { redirect: 'manual', ...init }));

  const form = (path: string, fields: Record<string, string> | [string, string][]): Promise<Answer> =>
    request(path, { method: 'POST', body: new URLSearchParams(fields) });

  const credentials = { client_key: DEFAULT_CLIENT.key, client_secret: DEFAULT_CLIENT.secrets[0] ?? '' };

  const token = (fields: Record<string, string>): Promise<Answer> =>
    form('/v2/oauth/token/', { ...credentials, ...fields });

  /** Where the consent page's form leads. */
  const decide = async (fields: Record<string, string> = {}, scopes = SCOPES): Promise<URL> => {
    const asked = {
      client_key: DEFAULT_CLIENT.key,
      redirect_uri: REDIRECT,
      response_type: 'code',
      state: 's-1',
      creator: 'sample',
      decision: 'approve',
      ...fields,
    };
    const ticked = scopes.map((scope): [string, string] => ['scopes', scope]);
    const { headers } = await form('/v2/auth/authorize/decision', [...Object.entries(asked), ...ticked]);
    return new URL(headers.get('location') ?? 'http://nowhere');
  };

  const codeOf = async (fields: Record<string, string> = {}, scopes = SCOPES): Promise<string> =>
    (await decide(fields, scopes)).searchParams.get('code') ?? '';

  const exchange = async (code: string, fields: Record<string, string> = {}): Promise<Answer> =>
    token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...fields });

  const signIn = async (creator = 'sample', scopes = SCOPES): Promise<{ access: string; refresh: string }> => {
    const { body } = await exchange(await codeOf({ creator }, scopes));
    return { access: String(body['access_token']), refresh: String(body['refresh_token']) };
  };

  const api = async (method: string, path: string, access: string, body?: unknown): Promise<ApiAnswer> => {
    const answer = await request(path, {
      method,
      headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data, error } = answer.body as { data?: NonNullable<ApiAnswer['data']>; error?: { code?: string } };
    return { ...answer, data, code: String(error?.code) };
  };

  const control = async (method: string, path: string, body?: unknown): Promise<Answer> =>
    request(`/__control${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });

  return {
    request,
    form,
    token,
    decide,
    codeOf,
    exchange,
    signIn,
    control,
    credentials,
    knobs: (knobs: Record<string, unknown>) => control('PATCH', '/knobs', knobs),
    refresh: (refresh_token: string) => token({ grant_type: 'refresh_token', refresh_token }),
    revoke: (access: string) => form('/v2/oauth/revoke/', { ...credentials, token: access }),
    post: (path: string, access: string, body?: unknown) => api('POST', path, access, body),
    get: (path: string, access: string) => api('GET', path, access),
    list: (access: string, body: unknown = {}) => api('POST', '/v2/video/list/?fields=id,create_time', access, body),
  };
};

export type App = ReturnType<typeof appOf>;
