import { describe, expect, it, jest } from '@jest/globals';
import { filesUnder, readText } from './repository-files.ts';
import { faultsOfSamples, samplesOf } from './samples.ts';

// The compiler reads every package that a sample imports.
jest.setTimeout(120_000);

const readmes = (await filesUnder()).filter((path) => path.endsWith('README.md'));
const samples = (
  await Promise.all(readmes.map(async (path) => samplesOf(await readText(path)).map((code) => ({ path, code }))))
).flat();

const NO_ADDRESS = `import { subscribe } from '@trendpot/events';
await subscribe({ url: process.env['NATS_URL'], durable: 'x', from: 'now', handler: () => undefined });
`;

describe('the samples of the README files', () => {
  it('compile as they stand, and one that does not is found', () => {
    expect(samples.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'libs/events/README.md']));
    const [broken, ...rest] = faultsOfSamples([NO_ADDRESS, ...samples.map(({ code }) => code)]);
    expect(broken?.join()).toContain("'string | undefined'");
    expect(rest.flatMap((faults, place) => faults.map((fault) => `${samples[place]?.path}: ${fault}`))).toEqual([]);
  });
});
