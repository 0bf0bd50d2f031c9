import { defineConfig, words, type Environment } from '@trendpot/config';
import type { TopologySettings } from '@trendpot/messaging';
import { z } from 'zod';

/** A port of this very machine. Only such a host can be added, so that no setting opens the sanitizer to the world. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/;

/** Each variable has a row in docs/configuration.md. */
export const readSettings = defineConfig(
  z.object({
    EMBED_EXTRA_THUMBNAIL_HOSTS: words
      .refine((hosts) => hosts.every((host) => LOOPBACK.test(host)), {
        message: 'may only name loopback hosts with their port',
      })
      .default([]),
  }),
);

export interface Config {
  /** `host:port` of a fake TikTok on this machine, whose pictures are shown in a demonstration. */
  readonly extraThumbnailHosts: ReadonlySet<string>;
}

/** @throws ConfigurationFault */
export const loadConfig = (environment: Environment): Config => ({
  extraThumbnailHosts: new Set(readSettings(environment).EMBED_EXTRA_THUMBNAIL_HOSTS),
});

export const topologyOf = (): TopologySettings => ({});
