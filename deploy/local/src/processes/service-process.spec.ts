import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pollUntil } from './poll-until.ts';
import { startServiceProcess, type ServiceProcess, type ServiceProcessOptions } from './service-process.ts';

jest.setTimeout(120_000);

/** Ready at the second question; drains on SIGTERM unless it is told to be stubborn. */
const SERVICE = `
  let asked = 0;
  require('node:http').createServer((request, response) => {
    if (request.url === '/readyz') return response.writeHead(++asked > 1 ? 200 : 503).end();
    console.log('asked for ' + request.url);
    response.end(process.env.GREETING ?? '');
  }).listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));
  process.on('SIGTERM', () => {
    console.log('draining');
    if (process.env.STUBBORN === undefined) process.exit(0);
  });
`;

describe('a service process', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trendpot-service-spec-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (options: Partial<ServiceProcessOptions> = {}, script = SERVICE): Promise<ServiceProcess> =>
    startServiceProcess({
      ...{ name: 'greeter', command: process.execPath, args: ['-e', script], env: {} },
      ...{ logFile: join(folder, 'greeter.log') },
      ...options,
    });

  it('is started once it says it is ready, and drains when stopped', async () => {
    await using service = await start({ env: { GREETING: 'hello' } });
    expect(await (await fetch(service.url)).text()).toBe('hello');
    expect(await service.residentBytes()).toBeGreaterThan(1_000_000);
    expect(await service.stop()).toEqual({ exitCode: 0, forced: false });
    expect(service.lines).toEqual(['listening', 'asked for /', 'draining']);
    expect(await readFile(join(folder, 'greeter.log'), 'utf8')).toBe('listening\nasked for /\ndraining\n');
  });

  it('is killed when it does not drain in time', async () => {
    await using service = await start({ env: { STUBBORN: 'yes' } });
    expect(await service.stop(100)).toEqual({ exitCode: 137, forced: true });
  });

  it('starts again on the same port after a kill, with changed settings', async () => {
    await using service = await start({ env: { GREETING: 'before' } });
    const before = service.pid;
    await service.kill();
    expect(service.running).toBe(false);
    await service.restart({ GREETING: 'after' });
    expect(service.pid).not.toBe(before);
    expect(await (await fetch(service.url)).text()).toBe('after');
  });

  it('answers nothing while paused and everything when resumed', async () => {
    await using service = await start({ env: { GREETING: 'late' } });
    service.pause();
    const stopped = await pollUntil(
      async () => (/^State:\s+T/m.test(await readFile(`/proc/${service.pid}/status`, 'utf8')) ? true : undefined),
      { deadlineMs: 2_000 },
    );
    expect(stopped).toBe(true);
    const answer = fetch(service.url);
    service.resume();
    expect(await (await answer).text()).toBe('late');
  });

  it('fails with its exit code and last lines when it cannot start', async () => {
    const failing = start({}, `console.error('NATS_URL is missing'); process.exit(78);`);
    await expect(failing).rejects.toThrow(
      /^greeter: ended with code 78 before it was ready\.[^]*\| NATS_URL is missing$/,
    );
  });

  it('fails with its last lines when it is not ready in time, and leaves no process', async () => {
    const failing = start({ readyWithinMs: 500, command: 'sh', args: ['-c', 'echo $$; exec sleep 300'] });
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'E_PART_NOT_READY' });
    const pid = Number(/\| (\d+)$/.exec((error as Error).message)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
