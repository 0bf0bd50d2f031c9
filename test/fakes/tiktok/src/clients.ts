/** An app registered at TikTok. */
export interface Client {
  readonly key: string;
  /** More than one while a secret is being rotated. */
  readonly secrets: readonly string[];
  /** Registered redirect addresses, matched as they are written; empty: any loopback address. */
  readonly redirectUris: readonly string[];
}

export const DEFAULT_CLIENT: Client = {
  key: 'awfake0000000000',
  secrets: ['fake-client-secret-0123456789'],
  redirectUris: [],
};

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const isLoopback = (address: string): boolean => URL.canParse(address) && LOOPBACK.includes(new URL(address).hostname);

/** TikTok wants no query and no fragment in a redirect address. */
export const acceptsRedirect = (client: Client, address: string): boolean => {
  if (client.redirectUris.length > 0) return client.redirectUris.includes(address);
  return isLoopback(address) && !address.includes('?') && !address.includes('#');
};
