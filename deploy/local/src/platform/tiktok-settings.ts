import { ConfigurationFault } from '@trendpot/config';

export interface TikTokSettings {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly dialect: 'alignment' | 'published';
  /** Absent for the real TikTok, whose addresses are the services' own defaults. */
  readonly fakeUrl: string | undefined;
}

const text = (environment: NodeJS.ProcessEnv, name: string): string | undefined =>
  environment[name]?.trim() === '' ? undefined : environment[name]?.trim();

const dialectOf = (environment: NodeJS.ProcessEnv, real: boolean): TikTokSettings['dialect'] => {
  const given = text(environment, 'TIKTOK_API_DIALECT');
  return given === 'published' || (given === undefined && real) ? 'published' : 'alignment';
};

/**
 * The app at the real TikTok, if the environment names one; else only the dialect that the fake is to speak.
 * @throws ConfigurationFault when one half of the credentials is given: neither TikTok would take it
 */
export const readTikTokSettings = (
  environment: NodeJS.ProcessEnv,
): { readonly real: TikTokSettings | undefined; readonly dialect: TikTokSettings['dialect'] } => {
  const clientKey = text(environment, 'TIKTOK_CLIENT_KEY');
  const clientSecret = text(environment, 'TIKTOK_CLIENT_SECRET');
  if (clientKey !== undefined && clientSecret !== undefined) {
    const dialect = dialectOf(environment, true);
    return { real: { clientKey, clientSecret, dialect, fakeUrl: undefined }, dialect };
  }
  if (clientKey === undefined && clientSecret === undefined) {
    return { real: undefined, dialect: dialectOf(environment, false) };
  }
  const [given, missing] =
    clientSecret === undefined
      ? ['TIKTOK_CLIENT_KEY', 'TIKTOK_CLIENT_SECRET']
      : ['TIKTOK_CLIENT_SECRET', 'TIKTOK_CLIENT_KEY'];
  throw new ConfigurationFault([
    `${missing} is missing while ${given} is set: both lead to the real TikTok, neither to the fake`,
  ]);
};
