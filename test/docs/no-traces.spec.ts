import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { filesUnder, readText } from './repository-files.ts';

const TEXT = /\.(ts|mts|mjs|js|cjs|json|md|html|css|ya?ml|sh|tpl|txt)$|(^|\/)(Dockerfile|run|\.npmrc)$/;
const PUBLIC_REGISTRIES = new Set(['registry.npmjs.org', 'pypi.org', 'proxy.golang.org', 'sum.golang.org']);

/** Put together here, so that this file does not find itself. */
const folder = (...parts: string[]): RegExp => new RegExp(`(?<![\\w.*-])/${parts.join('/')}(?![\\w-])`);
const PLACES = [folder('work'), folder('root'), folder('tmp', 'parts'), folder('home', '[a-z]+')];
const WORDS = [new RegExp(['helper', 'agent'].join('[ -]'), 'i')];

/** Host of the registry that this very machine installs from, if it is a private one. */
const registriesOfThisMachine = (): RegExp[] => {
  const { npm_config_registry, PIP_INDEX_URL, GOPROXY } = process.env;
  const npm =
    npm_config_registry ??
    execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return [npm, PIP_INDEX_URL, ...(GOPROXY?.split(/[,|]/) ?? [])]
    .flatMap((address) =>
      address !== undefined && URL.canParse(address.trim()) ? [new URL(address.trim()).hostname] : [],
    )
    .filter((host) => host !== '' && !PUBLIC_REGISTRIES.has(host) && !['localhost', '127.0.0.1'].includes(host))
    .map((host) => new RegExp(host.replaceAll('.', '\\.')));
};

const findIn = async (patterns: readonly RegExp[]): Promise<string[]> => {
  const paths = (await filesUnder()).filter((path) => TEXT.test(path));
  const found = await Promise.all(
    paths.map(async (path) => {
      const text = await readText(path);
      return patterns.filter((pattern) => pattern.test(text)).map((pattern) => `${path}: ${pattern.source}`);
    }),
  );
  return found.flat();
};

describe('no file', () => {
  it('names a place on the machine it was written on', async () => {
    expect(await findIn(PLACES)).toEqual([]);
  });

  it('names the registry that this machine installs from', async () => {
    expect(await findIn(registriesOfThisMachine())).toEqual([]);
  });

  it('tells how the work was organised', async () => {
    expect(await findIn(WORDS)).toEqual([]);
  });
});
