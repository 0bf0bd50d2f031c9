import { describe, expect, it } from '@jest/globals';
import { mongoSettings, serviceSettings } from '@trendpot/config';
import { SERVICES, type ServiceName } from '@trendpot/contracts';
import { readSettings as readByGateway } from '../../services/auth-gateway/src/config.ts';
import { readSettings as readBySanitizer } from '../../services/embed-sanitizer/src/config.ts';
import { readSettings as readByIngestion } from '../../services/ingestion/src/config.ts';
import { readSettings as readByRefresher } from '../../services/metrics-refresher/src/config.ts';
import { readSettings as readByVault } from '../../services/token-vault/src/config.ts';
import { rowsOf, sectionOf } from './markdown.ts';
import { filesUnder, readText } from './repository-files.ts';
import { settingsOfShape } from './settings-of-shape.ts';
import { variablesNamedIn, variablesReadIn } from './variables-in-source.ts';

const SHAPES = {
  'Every service': { ...serviceSettings, ...mongoSettings },
  'auth-gateway': readByGateway.shape,
  'token-vault': readByVault.shape,
  ingestion: readByIngestion.shape,
  'metrics-refresher': readByRefresher.shape,
  'embed-sanitizer': readBySanitizer.shape,
} as const satisfies Record<'Every service' | ServiceName, object>;

const text = await readText('docs/configuration.md');
const rowsUnder = (title: string): string[][] => rowsOf(sectionOf(text, title));
const namesUnder = (title: string): string[] => rowsUnder(title).map(([name]) => name as string);

const sourcesUnder = async (folder: string): Promise<string[]> =>
  (await filesUnder(folder)).filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'));

describe('docs/configuration.md', () => {
  it.each(Object.keys(SHAPES) as (keyof typeof SHAPES)[])(
    'lists what is read, with its default, and nothing else: %s',
    (title) => {
      const rows = rowsUnder(title);
      expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
      const listed = rows.map(([name, byDefault, , secret]) => [
        name,
        { default: byDefault, secret: secret === 'yes' },
      ]);
      expect(Object.fromEntries(listed)).toEqual(settingsOfShape(SHAPES[title]));
    },
  );

  it('gives every row a unit or an empty cell, a word on secrecy, and a meaning', () => {
    const wrong = rowsOf(text).filter((row) => row.length !== 5 || row[3] === '' || row[4] === '');
    expect(wrong).toEqual([]);
  });

  it('lists what the programs of this machine read themselves', async () => {
    const listed = namesUnder('npm start, npm test and npm run jobs');
    const sources = await sourcesUnder('deploy/local/src');
    const named = new Set((await Promise.all(sources.map(readText))).flatMap(variablesNamedIn));
    expect([...named].filter((name) => !listed.includes(name))).toEqual([]);
    expect(listed.filter((name) => !named.has(name))).toEqual([]);
  });

  it.each([...SERVICES])('knows every variable that code of %s reads past its settings', async (service) => {
    const sources = [...(await sourcesUnder(`services/${service}/src`)), ...(await sourcesUnder('libs'))];
    const read = (await Promise.all(sources.map(readText))).flatMap(variablesReadIn);
    const listed = [...namesUnder('Every service'), ...namesUnder(service)];
    expect(read.filter((name) => !listed.includes(name))).toEqual([]);
  });
});
