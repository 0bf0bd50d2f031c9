import type { Secret } from '@trendpot/secrets';

/** The part of the configuration that HTTP needs. */
export interface GatewaySettings {
  readonly publicOrigin: string;
  readonly authorizeOrigin: string;
  /** Cookies travel over https only, except on this machine. */
  readonly secureCookies: boolean;
  readonly scopes: readonly string[];
  readonly operatorToken: Secret | undefined;
  readonly takesWebhooks: boolean;
  readonly rates: { readonly signInPerMinute: number; readonly apiPerMinute: number };
  readonly trustedProxies: number;
  readonly maximumStreams: number;
  readonly imageSources: readonly string[];
  readonly frameSources: readonly string[];
}
