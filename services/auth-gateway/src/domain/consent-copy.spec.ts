import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SCOPES } from '@trendpot/contracts';
import { CONSENT_COPY_VERSION, consentCopy } from './consent-copy.ts';

/** The wording that each version stands for. A changed word needs a new version and a new line here; old lines stay. */
const DIGESTS: Readonly<Record<string, string>> = {
  '2025-11.1': '3635aee75fbbf758151c2529d38c821a09e4046be2ecdec886669504ba562cfd',
};

const EVERY_SCOPE = [
  ...DEFAULT_SCOPES.alignment,
  'user.info.profile',
  'user.info.stats',
  'video.publish',
  'video.upload',
];

describe('the consent copy', () => {
  it('says what compliance asked for, word for word', () => {
    const { statement } = consentCopy(DEFAULT_SCOPES.alignment);
    expect(statement).toBe('TrendPot will ingest approved TikTok videos and refresh their metrics periodically.');
  });

  it('explains every scope that is asked for in plain words, and no other', () => {
    for (const scopes of Object.values(DEFAULT_SCOPES)) {
      const { permissions } = consentCopy(scopes);
      expect(permissions.map(({ scope }) => scope)).toEqual(scopes);
      for (const { title, words } of permissions) {
        expect(title).not.toMatch(/[._]/);
        expect(words.length).toBeGreaterThan(20);
      }
    }
  });

  it('has a version that stands for exactly this wording', () => {
    const digest = createHash('sha256')
      .update(JSON.stringify(consentCopy(EVERY_SCOPE)))
      .digest('hex');
    expect(DIGESTS[CONSENT_COPY_VERSION]).toBe(digest);
  });
});
