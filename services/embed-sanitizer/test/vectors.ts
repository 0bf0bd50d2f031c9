import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbedVerdict, UntrustedEmbed } from '@trendpot/contracts';
import { sanitizeEmbed, type Surroundings } from '../src/domain/sanitize-embed.ts';

/** The video every vector is asked for. */
export const ASKED = '7106753891953347842';
const FOLDER = join(import.meta.dirname, 'vectors');

export interface Vector {
  readonly name: string;
  readonly expect: 'safe' | 'reject';
  /** The reason a refusal must name; others may stand beside it. */
  readonly reason: string | undefined;
  readonly why: string;
  readonly html: string;
}

export const surroundings: Surroundings = { now: new Date('2026-11-01T12:00:00Z'), extraThumbnailHosts: new Set() };

export type Sanitizer = (untrusted: UntrustedEmbed) => EmbedVerdict;
export const ours: Sanitizer = (untrusted) => sanitizeEmbed(untrusted, surroundings);

const HEADER = /^<!--\nexpect: (safe|reject)\n(?:reason: ([a-z-]+)\n)?why: ([^\n]+)\n-->\n/;

const parse = (file: string): Vector => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const [header, expect, reason, why] = HEADER.exec(text) ?? [];
  if (header === undefined || why === undefined) throw new Error(`${file} has no header of expect, reason and why`);
  return {
    name: file.replace(/\.html$/, ''),
    expect: expect as Vector['expect'],
    reason,
    why,
    html: text.slice(header.length).replace(/\n$/, ''),
  };
};

export const VECTORS: readonly Vector[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.html'))
  .sort()
  .map(parse);

/** What is wrong with how a sanitizer treats a vector; `undefined` when it does as the header says. */
export const faultOn = (sanitizer: Sanitizer, vector: Vector): string | undefined => {
  const verdict = sanitizer({ videoId: ASKED, html: vector.html });
  if (vector.expect === 'reject') {
    if (verdict.verdict === 'safe') return 'was let through';
    if (vector.reason === undefined) return 'has no reason in its header';
    return verdict.reasons.includes(vector.reason) ? undefined : `was refused for ${verdict.reasons.join(', ')}`;
  }
  if (verdict.verdict === 'rejected') return `was refused for ${verdict.reasons.join(', ')}`;
  return PLAYER.test(verdict.embed.html) ? undefined : 'came out as something else than the player';
};

/** The grammar of everything that may come out, written down a second time. */
export const PLAYER = new RegExp(
  `^<iframe src="https://www\\.tiktok\\.com/player/v1/${ASKED}\\?[a-z0-9_]+=[01](?:&amp;[a-z0-9_]+=[01])*" ` +
    'title="TikTok video" width="\\d+" height="\\d+" sandbox="allow-scripts allow-same-origin allow-popups" ' +
    'allow="encrypted-media; fullscreen" referrerpolicy="strict-origin-when-cross-origin" loading="lazy"></iframe>$',
);
