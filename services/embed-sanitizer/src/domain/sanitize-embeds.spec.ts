import type { EmbedVerdict } from '@trendpot/contracts';
import { describe, expect, it } from '@jest/globals';
import { ASKED } from '../../test/vectors.ts';
import { makeSanitizeEmbeds } from './sanitize-embeds.ts';

describe('a page of embeds', () => {
  it('gets one verdict each in its order, and one hostile embed costs no other', () => {
    const told: [string, EmbedVerdict['verdict']][] = [];
    const sanitizeEmbeds = makeSanitizeEmbeds({
      report: { judged: (requestId, { verdict }) => told.push([requestId, verdict]) },
      clock: () => new Date(),
      extraThumbnailHosts: new Set(),
    });
    const { verdicts } = sanitizeEmbeds({
      version: 1,
      requestId: 'req_00000000',
      embeds: [
        { videoId: ASKED },
        { videoId: ASKED, html: '<script>alert(1)</script>' },
        { videoId: '7080213458555737986' },
      ],
    });
    expect(verdicts.map(({ videoId, verdict }) => [videoId, verdict])).toEqual([
      [ASKED, 'safe'],
      [ASKED, 'rejected'],
      ['7080213458555737986', 'safe'],
    ]);
    expect(told).toEqual(verdicts.map(({ verdict }) => ['req_00000000', verdict]));
  });
});
