import { describe, expect, it } from '@jest/globals';
import { ConfigurationFault } from '@trendpot/config';
import { loadConfig } from './config.ts';

const LEAST = { TIKTOK_CLIENT_KEY: 'aw-key' };

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.faults;
    throw error;
  }
  return [];
};

describe('the configuration of the gateway', () => {
  it('needs the client key alone', () => {
    expect(loadConfig(LEAST)).toMatchObject({
      publicOrigin: 'http://localhost:8080',
      redirectUri: 'http://localhost:8080/auth/tiktok/callback',
      authorizeUrl: 'https://www.tiktok.com/v2/auth/authorize/',
      scopes: ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription'],
      stateTtlMs: 600_000,
      sessionTtlMs: 86_400_000,
      pkce: false,
      webhooks: { secrets: { given: [] } },
      operatorToken: undefined,
    });
    expect(faultsOf({})).toEqual(['TIKTOK_CLIENT_KEY is missing']);
  });

  it('asks for the scopes of the dialect unless scopes are named', () => {
    expect(loadConfig({ ...LEAST, TIKTOK_API_DIALECT: 'published' }).scopes).toEqual(['user.info.basic', 'video.list']);
    expect(loadConfig({ ...LEAST, TIKTOK_DISPLAY_SCOPES: 'video.list user.info.basic' }).scopes).toEqual([
      'video.list',
      'user.info.basic',
    ]);
  });

  it('finds a misspelt scope when it starts, not when a creator meets it', () => {
    expect(faultsOf({ ...LEAST, TIKTOK_DISPLAY_SCOPES: 'user.info.basic vidoe.list' })).toEqual([
      'TIKTOK_DISPLAY_SCOPES names a scope that TikTok does not have in this dialect',
    ]);
  });

  it('refuses a scope of the other dialect: TikTok would refuse every creator for it', () => {
    const scopes = { ...LEAST, TIKTOK_DISPLAY_SCOPES: 'user.info.basic video.list video.data' };
    expect(faultsOf(scopes)).toEqual([]);
    expect(faultsOf({ ...scopes, TIKTOK_API_DIALECT: 'published' })).toEqual([
      'TIKTOK_DISPLAY_SCOPES names a scope that TikTok does not have in this dialect',
    ]);
  });

  it('takes the redirect address of the Display scopes before the general one', () => {
    const general = { ...LEAST, TIKTOK_REDIRECT_URI: 'https://a.example/auth/tiktok/callback' };
    expect(loadConfig(general)).toMatchObject({
      redirectUri: general.TIKTOK_REDIRECT_URI,
      publicOrigin: 'https://a.example',
    });
    const display = { ...general, TIKTOK_DISPLAY_OAUTH_REDIRECT: 'https://b.example/auth/tiktok/callback' };
    expect(loadConfig(display).redirectUri).toBe(display.TIKTOK_DISPLAY_OAUTH_REDIRECT);
  });

  it('names every fault at once, and no value', () => {
    const faults = faultsOf({
      PORT: 'eighty',
      PUBLIC_ORIGIN: 'https://a.example/path',
      TIKTOK_PKCE: 'base64',
      TRENDPOT_OPERATOR_TOKEN: 'hunter2',
      TRENDPOT_IMAGE_SOURCES: '*',
    });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'PUBLIC_ORIGIN',
      'TIKTOK_CLIENT_KEY',
      'TIKTOK_PKCE',
      'TRENDPOT_IMAGE_SOURCES',
      'TRENDPOT_OPERATOR_TOKEN',
    ]);
    expect(faults.join()).not.toMatch(/hunter2|eighty|base64/);
  });

  it('refuses plain http except on this machine', () => {
    expect(faultsOf({ ...LEAST, PUBLIC_ORIGIN: 'http://connect.example' })).toEqual([
      'PUBLIC_ORIGIN must be https, except on this machine: cookies would travel in the clear',
    ]);
    expect(faultsOf({ ...LEAST, PUBLIC_ORIGIN: 'http://127.0.0.1:9' })).toEqual([]);
  });

  it('refuses a redirect address at which no sign-in could end', () => {
    const origin = { ...LEAST, PUBLIC_ORIGIN: 'https://a.example' };
    const rest = 'must have the scheme and host of PUBLIC_ORIGIN and the path /auth/tiktok/callback';
    const reason = `${rest}: no sign-in could end elsewhere`;
    for (const elsewhere of [
      'https://b.example/auth/tiktok/callback',
      'http://a.example/auth/tiktok/callback',
      'https://a.example/auth/tiktok',
      'https://a.example/',
    ]) {
      expect(faultsOf({ ...origin, TIKTOK_REDIRECT_URI: elsewhere })).toEqual([`TIKTOK_REDIRECT_URI ${reason}`]);
      expect(faultsOf({ ...origin, TIKTOK_DISPLAY_OAUTH_REDIRECT: elsewhere })).toEqual([
        `TIKTOK_DISPLAY_OAUTH_REDIRECT ${reason}`,
      ]);
    }
    expect(faultsOf({ ...origin, TIKTOK_REDIRECT_URI: 'https://a.example/auth/tiktok/callback' })).toEqual([]);
    expect(faultsOf({ ...origin, TIKTOK_REDIRECT_URI: 'https://a.example:8443/auth/tiktok/callback' })).toEqual([]);
    expect(faultsOf({ ...LEAST, TIKTOK_REDIRECT_URI: 'https://a.example/callback' })).toEqual([
      `TIKTOK_REDIRECT_URI ${reason}`,
    ]);
    expect(faultsOf({ ...LEAST, PORT: '9', TIKTOK_REDIRECT_URI: 'http://127.0.0.1:9/auth/tiktok/callback' })).toEqual(
      [],
    );
  });

  it('refuses an operator token that no request could carry', () => {
    const fault =
      'TRENDPOT_OPERATOR_TOKEN must be 32 to 512 letters, digits and signs of ASCII, without spaces: no header carries another';
    for (const token of ['x'.repeat(31), 'x'.repeat(513), `${'x'.repeat(32)} y`, `${'x'.repeat(32)}é`]) {
      expect(faultsOf({ ...LEAST, TRENDPOT_OPERATOR_TOKEN: token })).toEqual([fault]);
    }
    for (const token of ['x'.repeat(32), '!~'.repeat(256)]) {
      expect(faultsOf({ ...LEAST, TRENDPOT_OPERATOR_TOKEN: token })).toEqual([]);
    }
  });

  it('tells of plain http and of a wrong scope beside faults that have nothing to do with them', () => {
    const faults = faultsOf({
      PORT: 'eighty',
      TIKTOK_PKCE: 'base64',
      TIKTOK_DISPLAY_SCOPES: 'vidoe.list',
    });
    expect(faults).toContain('TIKTOK_DISPLAY_SCOPES names a scope that TikTok does not have in this dialect');
    expect(faultsOf({ PUBLIC_ORIGIN: 'http://connect.example' })).toEqual([
      'PUBLIC_ORIGIN must be https, except on this machine: cookies would travel in the clear',
      'TIKTOK_CLIENT_KEY is missing',
    ]);
  });

  it('accepts the webhook secret before a rotation beside the current one', () => {
    const { webhooks } = loadConfig({
      ...LEAST,
      TIKTOK_WEBHOOK_SECRET: 'current-secret',
      TIKTOK_WEBHOOK_SECRET_PREVIOUS: 'previous-secret',
    });
    expect(webhooks.secrets.given.map((one) => one.reveal())).toEqual(['current-secret', 'previous-secret']);
  });
});
