import { describe, expect, it } from '@jest/globals';
import { filesUnder, readText } from '../docs/repository-files.ts';

/** Files that start a server without the generated rights, and why they may. */
const EXEMPT: Readonly<Record<string, string>> = {
  'deploy/local/src/servers/nats-server.ts': 'declares it',
  'deploy/local/src/servers/nats-server.spec.ts':
    'tries the starting of servers itself, with configurations of its own',
  'deploy/local/src/servers/with-program.spec.ts': 'tries handing over from one program to the next; nobody connects',
  'libs/messaging/src/topology/lost-while-connected.spec.ts': 'deletes streams, which no user of the platform may',
  'test/flows/given-servers.flow.spec.ts': 'starts it with what npm run nats-config wrote, which is those rights',
  'test/security/permissions.spec.ts': 'shows beside the generated rights what a server without any would allow',
};

const startsServer = (text: string): boolean => /\bstartNatsServer\(/.test(text);

describe('a nats-server of a test or of npm start', () => {
  it('runs with the accounts and rights from flows.ts, so that a missing right shows at once', async () => {
    const paths = (await Promise.all(['libs', 'services', 'deploy', 'test'].map(filesUnder)))
      .flat()
      .filter((path) => path.endsWith('.ts') && path !== 'test/borders/nats-rights.spec.ts');
    const texts = await Promise.all(paths.map(async (path) => [path, await readText(path)] as const));
    const starters = texts.filter(([, text]) => startsServer(text));
    expect(starters.length).toBeGreaterThan(5);
    const without = starters
      .filter(([path, text]) => !(path in EXEMPT) && !text.includes('natsServerConfig('))
      .map(([path]) => path);
    expect(without).toEqual([]);
  });
});
