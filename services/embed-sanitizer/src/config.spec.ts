import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';

describe('extra hosts of thumbnails', () => {
  it('are none unless named', () => {
    expect(loadConfig({}).extraThumbnailHosts).toEqual(new Set());
  });

  it('may be ports of this machine', () => {
    const { extraThumbnailHosts } = loadConfig({ EMBED_EXTRA_THUMBNAIL_HOSTS: '127.0.0.1:9000 localhost:80,[::1]:1' });
    expect(extraThumbnailHosts).toEqual(new Set(['127.0.0.1:9000', 'localhost:80', '[::1]:1']));
  });

  it.each(['evil.example', 'evil.example:443', '127.0.0.1', '127.0.0.1:80@evil.example:1', '10.0.0.1:80'])(
    'may not be %s, and the fault names the variable only',
    (host) => {
      expect(() => loadConfig({ EMBED_EXTRA_THUMBNAIL_HOSTS: host })).toThrow(
        'configuration: EMBED_EXTRA_THUMBNAIL_HOSTS may only name loopback hosts with their port',
      );
    },
  );
});
