import type { Browser } from './browser.ts';

/** What `GET /api/accounts` says of one account, as far as the demonstration and the tests read it. */
export interface AccountView {
  readonly accountId: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

export interface JsonAnswer<T> {
  readonly status: number;
  readonly body: T;
}

const ANSWER_WITHIN_MS = 60_000;

/** The REST API with the session of one browser. */
export interface AccountApi {
  call<T>(method: string, path: string, body?: unknown): Promise<JsonAnswer<T>>;
  accounts(): Promise<readonly AccountView[]>;
  disconnect(accountId: string, reason: string): Promise<JsonAnswer<Record<string, unknown>>>;
}

export const accountApi = (gatewayUrl: string, browser: Browser): AccountApi => {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<JsonAnswer<T>> => {
    const response = await browser.request(`${gatewayUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        accept: 'application/json',
        origin: gatewayUrl,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  return {
    call,
    accounts: async () => {
      const { body } = await call<{ accounts?: readonly AccountView[] }>('GET', '/api/accounts');
      return body.accounts ?? [];
    },
    disconnect: (accountId, reason) => call('DELETE', `/api/accounts/${accountId}`, { reason }),
  };
};
