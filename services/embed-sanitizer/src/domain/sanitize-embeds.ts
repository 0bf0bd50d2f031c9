import type { SanitizeRequest, SanitizeResult } from '@trendpot/contracts';
import type { VerdictReport } from './ports.ts';
import { sanitizeEmbed } from './sanitize-embed.ts';

export type SanitizeEmbeds = (request: SanitizeRequest) => SanitizeResult;

/** Judges a page of embeds, one verdict each, in their order. One hostile embed costs no other. */
export const makeSanitizeEmbeds =
  (ports: { report: VerdictReport; clock: () => Date; extraThumbnailHosts: ReadonlySet<string> }): SanitizeEmbeds =>
  ({ requestId, embeds }) => {
    const surroundings = { now: ports.clock(), extraThumbnailHosts: ports.extraThumbnailHosts };
    const verdicts = embeds.map((embed) => sanitizeEmbed(embed, surroundings));
    for (const verdict of verdicts) ports.report.judged(requestId, verdict);
    return { verdicts };
  };
