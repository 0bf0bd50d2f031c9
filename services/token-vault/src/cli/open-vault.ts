import { defineConfig, mongoSettings, type Environment } from '@trendpot/config';
import { createSealer } from '@trendpot/messaging';
import { connectMongo } from '@trendpot/persistence';
import { z } from 'zod';
import { loadConfig } from '../config.ts';
import { openKeyRing } from '../domain/keys/open-key-ring.ts';
import type { OAuth, VaultLog, VaultMeter } from '../domain/ports.ts';
import { repeat } from '../inbound/repeat.schedule.ts';
import { kmsKeyService } from '../outbound/kms-key-service.ts';
import { tellPresence } from '../outbound/mongo-presence.ts';
import { vaultTimes } from '../vault-times.ts';
import { makeVault } from '../vault.ts';

const nothing = (): void => undefined;
const SILENT_METER: VaultMeter = {
  leased: nothing,
  keyMismatch: nothing,
  refreshed: nothing,
  revoked: nothing,
  exchanged: nothing,
  rewrapped: nothing,
  kmsCalled: nothing,
  dataKeyAsked: nothing,
};

const never = (): Promise<never> => Promise.reject(new Error('a command does not call TikTok'));
const NO_OAUTH: OAuth = { exchange: never, refresh: never, revoke: never, wasSent: () => false };

/** Commands log to standard error, so that their output stays readable. */
const logToStandardError: VaultLog = {
  info: nothing,
  warn: (event, fields) => console.error(event, JSON.stringify(fields ?? {})),
  error: (event, fields) => console.error(event, JSON.stringify(fields ?? {})),
};

const readMongo = defineConfig(z.object(mongoSettings));

/** As often as the service itself, see `vault.schedule.ts`. */
const PRESENCE_EVERY_MS = 20_000;

interface OpenOptions {
  /** Whether the command writes, so that other processes must know of it. */
  readonly seals: boolean;
}

/** A vault for one command, from the service's own environment. It never calls TikTok. */
export const openVault = async (environment: Environment, { seals }: OpenOptions) => {
  const config = loadConfig(environment);
  const { MONGODB_URI } = readMongo(environment);
  const keyService = kmsKeyService(config.kms);
  const keyRing = await openKeyRing(keyService, config.keyName, config.previousKeyNames);
  const database = await connectMongo({ uri: MONGODB_URI, applicationName: 'token-vault-command' });
  const vault = makeVault({
    database,
    keyService,
    keyRing,
    oauth: NO_OAUTH,
    sealTo: createSealer(),
    log: logToStandardError,
    meter: SILENT_METER,
    dialect: config.dialect,
    dataKeys: config.dataKeys,
    times: vaultTimes(config.tiktokCallMs),
  });
  const presence = () => tellPresence(database.collections, vault.holder, keyRing.currentKeyId);
  // Before the first token is sealed, as the service does it.
  if (seals) await presence();
  const present = seals
    ? repeat(PRESENCE_EVERY_MS, presence, (error) => logToStandardError.warn('vault.presence.failed', { error }))
    : undefined;
  return {
    vault,
    config,
    keyRing,
    database,
    close: async (): Promise<void> => {
      await present?.stop();
      vault.dataKeys.clear();
      keyService.close();
      await database.close();
    },
  };
};

export type OpenVault = Awaited<ReturnType<typeof openVault>>;
