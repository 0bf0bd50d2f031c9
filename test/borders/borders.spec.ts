import { mkdtemp, mkdir, readdir, rm, symlink, writeFile, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cruise, ROOT } from './cruise.ts';

const OWN_FOLDERS = ['libs', 'services', 'deploy', 'test'];

const sourceFiles = async (): Promise<string[]> => {
  const lists = await Promise.all(
    OWN_FOLDERS.map(async (folder) =>
      (await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
    ),
  );
  return lists
    .flat()
    .filter((path) => !/(^|\/)(dist|node_modules)\//.test(path))
    .sort();
};

/** A small tree laid out like ours, with the files given, in which a border is crossed on purpose. */
const plant = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const tree = await mkdtemp(join(tmpdir(), 'trendpot-borders-'));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const name of ['tsconfig.base.json', 'tsconfig.test.json']) await copyFile(join(ROOT, name), join(tree, name));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  return tree;
};

describe('the borders', () => {
  it('hold, and every source file was looked at', async () => {
    const seen = await cruise(ROOT, OWN_FOLDERS);
    expect(seen.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    const cruised = new Set(seen.modules.map(({ source }) => source));
    expect((await sourceFiles()).filter((path) => !cruised.has(path))).toEqual([]);
  }, 120_000);

  it.each<[string, string, Readonly<Record<string, string>>]>([
    [
      'a domain file that imports Nest',
      'domain-stays-framework-free',
      { 'services/ingestion/src/domain/planted.ts': "import '@nestjs/common';\n" },
    ],
    [
      'a service that calls KMS beside the vault',
      'only-the-vault-knows-kms',
      { 'services/ingestion/src/outbound/planted.ts': "import '@aws-sdk/client-kms';\n" },
    ],
    [
      'a service that imports another',
      'services-never-import-services',
      {
        'services/ingestion/src/outbound/planted.ts': "import '../../../token-vault/src/main.ts';\n",
        'services/token-vault/src/main.ts': 'export {};\n',
      },
    ],
    [
      'inbound code that reaches around the domain',
      'inbound-and-outbound-meet-only-in-the-module',
      {
        'services/ingestion/src/inbound/planted.ts': "import '../outbound/store.ts';\n",
        'services/ingestion/src/outbound/store.ts': 'export {};\n',
      },
    ],
    [
      'shipped code that imports what tests share',
      'testing-stays-in-tests',
      {
        'libs/messaging/src/planted.ts': "import '../test/bench.ts';\n",
        'libs/messaging/test/bench.ts': 'export {};\n',
      },
    ],
    [
      'two files that import each other',
      'no-cycles',
      {
        'libs/secrets/src/a.ts': "import './b.ts';\nexport {};\n",
        'libs/secrets/src/b.ts': "import './a.ts';\nexport {};\n",
      },
    ],
  ])(
    'refuse %s',
    async (_what, rule, files) => {
      const tree = await plant(files);
      try {
        const { summary } = await cruise(
          tree,
          ['libs', 'services'].filter((folder) => Object.keys(files).some((path) => path.startsWith(folder))),
        );
        expect(summary.violations.map((violation) => violation.rule.name)).toContain(rule);
      } finally {
        await rm(tree, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
