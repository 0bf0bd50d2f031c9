import { describe, expect, it } from '@jest/globals';
import { posix } from 'node:path';
import { anchorsOf, linksOf } from './markdown.ts';
import { filesUnder, readText } from './repository-files.ts';

const files = await filesUnder();
const folders = new Set(
  files.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))),
);
const documents = files.filter((path) => path.endsWith('.md'));
const texts = new Map(await Promise.all(documents.map(async (path) => [path, await readText(path)] as const)));
const textOf = (path: string): string => texts.get(path) ?? '';

const isElsewhere = (link: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(link);

const isDead = (from: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target =
    path === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(path))).replace(/\/$/, '');
  if (!files.includes(target) && !folders.has(target)) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchorsOf(textOf(target)).includes(anchor);
};

describe('the documents', () => {
  it('lead nowhere that does not exist', () => {
    const dead = documents.flatMap((from) =>
      linksOf(textOf(from))
        .filter((link) => !isElsewhere(link) && isDead(from, link))
        .map((link) => `${from}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('name no npm script that does not exist', async () => {
    const { scripts } = JSON.parse(await readText('package.json')) as { scripts: Record<string, string> };
    const known = new Set(Object.keys(scripts));
    const unknown = documents.flatMap((path) =>
      [...textOf(path).matchAll(/npm run ([\w:-]+)/g)]
        .map(([, script]) => script as string)
        .filter((script) => !known.has(script))
        .map((script) => `${path}: npm run ${script}`),
    );
    expect(unknown).toEqual([]);
  });

  it('list every decision', () => {
    const decisions = documents.filter((path) => /^docs\/adr\/\d{4}-/.test(path)).map((path) => posix.basename(path));
    const listed = linksOf(textOf('docs/adr/README.md')).filter((link) => /^\d{4}-/.test(link));
    expect(listed).toEqual(decisions);
  });

  it('have what the code cites of them', async () => {
    const sections = [...textOf('docs/tiktok-api.md').matchAll(/^#{2,3} (\d+(?:\.\d+)?) /gm)].map(
      ([, section]) => section,
    );
    const decisions = documents.flatMap((path) => /^docs\/adr\/(\d{4})-/.exec(path)?.[1] ?? []);
    const sources = files.filter((path) => path.endsWith('.ts'));
    const dangling = await Promise.all(
      sources.map(async (path) => {
        const text = await readText(path);
        const cited = [...text.matchAll(/tiktok-api\.md ((?:\d+(?:\.\d+)?(?:, )?)+)/g)];
        return [
          ...cited.flatMap(([, list]) => (list ?? '').split(', ')).filter((section) => !sections.includes(section)),
          ...[...text.matchAll(/\bADR (\d{4})\b/g)]
            .map(([, number]) => number)
            .filter((number) => !decisions.includes(number ?? '')),
        ].map((target) => `${path}: ${target}`);
      }),
    );
    expect(dangling.flat()).toEqual([]);
  });

  it.each(['services', 'libs'])('introduce each of the %s', (folder) => {
    const packages = files.filter(
      (path) => path.startsWith(`${folder}/`) && /^[^/]+\/[^/]+\/package\.json$/.test(path),
    );
    const without = packages
      .map((path) => path.replace('package.json', 'README.md'))
      .filter((path) => !texts.has(path));
    expect(without).toEqual([]);
  });
});
