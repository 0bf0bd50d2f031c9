import { toPlatformError } from '@trendpot/contracts';
import type { CallOptions, CallWithToken, DisplayApi, Log, Profile } from './ports.ts';

export type FetchProfile = (
  who: { readonly accountId: string; readonly requestId: string },
  options: CallOptions,
) => Promise<Profile | undefined>;

/** A creator's name and picture, if they can be had: a page of videos never waits or fails for them. */
export const makeFetchProfile =
  (ports: { display: DisplayApi; callWithToken: CallWithToken; log: Log }): FetchProfile =>
  async ({ accountId, requestId }, options) => {
    try {
      const use = { accountId, requestId, operation: 'user.info', patient: false, ...options } as const;
      return await ports.callWithToken(use, (lease) => ports.display.profile(lease, options));
    } catch (thrown) {
      ports.log.warn('tiktok.profile.unavailable', { accountId, requestId, code: toPlatformError(thrown).code });
      return undefined;
    }
  };
