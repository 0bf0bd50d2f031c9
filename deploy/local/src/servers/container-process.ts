import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { PartError } from '../part-error.ts';
import { runCommand, type RunResult } from '../parts/run-command.ts';
import { startGuarded } from '../processes/guarded-process.ts';
import { serverOf, waitUntilReady, type ServerLaunch, type ServerProcess } from './server-process.ts';

/** Ends as the container does. */
const WAIT = 'exit "$(docker wait "$1")"';
/** Container, data directory (or nothing). */
const ORPHANED = 'docker rm --force --volumes "$1"; [ -z "$2" ] || rm -rf -- "$2"';

/**
 * The same server in a container, as this user, with its data at the same path. A guard waits for its end and removes
 * it if this process dies, which is why testcontainers' own reaper (one more image to pull) is not started.
 * @throws PartError if the container cannot be started or the server in it does not answer; it is removed then
 */
export async function startContainerProcess(launch: ServerLaunch): Promise<ServerProcess> {
  const name = `trendpot-${launch.name}-${randomUUID()}`;
  try {
    await createContainer(launch, name);
    return await followContainer(launch, name);
  } catch (error) {
    await remove(name);
    throw error;
  }
}

const docker = (...args: string[]): Promise<RunResult> => runCommand('docker', args);

const remove = (name: string): Promise<RunResult> => docker('rm', '--force', '--volumes', name);

async function followContainer(launch: ServerLaunch, name: string): Promise<ServerProcess> {
  const log = openSync(launch.logFile, 'a', 0o600);
  spawn('docker', ['logs', '--follow', name], { env: process.env, stdio: ['ignore', log, log] }).on(
    'error',
    () => undefined,
  );
  closeSync(log);
  const guarded = await startGuarded({
    name: launch.name,
    command: 'sh',
    args: ['-c', WAIT, 'wait', name],
    output: 'pipe',
    ifOrphaned: ['sh', '-c', ORPHANED, 'orphaned', name, launch.disposable ? launch.dataDir : ''],
  });
  for (const stream of guarded.output) stream.resume();
  void guarded.exited.then(() => remove(name));
  const signal = (signalName: NodeJS.Signals): void => {
    if (guarded.exitCode === undefined) void docker('kill', '--signal', signalName, name);
  };
  // One that ended at once has no pid to ask for, but a log that says why.
  await waitUntilReady(launch, serverOf(guarded, 0, signal), guarded);
  return serverOf(guarded, await pidOf(launch.name, name), signal);
}

/** On Linux the container shares the machine's network, so that it listens on 127.0.0.1 alone, as a process would. */
async function createContainer(launch: ServerLaunch, name: string): Promise<void> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer } = await import('testcontainers');
  const { uid, gid } = userInfo();
  const sharesNetwork = platform() === 'linux';
  try {
    const container = new GenericContainer(launch.program.image as string)
      .withName(name)
      .withEntrypoint([launch.program.command])
      .withCommand([...launch.program.args, ...launch.args(sharesNetwork ? '127.0.0.1' : '0.0.0.0')])
      .withBindMounts([{ source: launch.dataDir, target: launch.dataDir, mode: 'rw' }])
      .withUser(`${uid}:${gid}`);
    if (sharesNetwork) container.withNetworkMode('host');
    else container.withExposedPorts({ container: launch.port, host: launch.port });
    await container.start();
  } catch (error) {
    throw new PartError('E_PART_NOT_READY', 'could not be started in a container.', {
      part: launch.name,
      cause: error,
    });
  }
}

async function pidOf(part: string, name: string): Promise<number> {
  const inspected = await docker('inspect', '--format', '{{.State.Pid}}', name);
  if (inspected.code !== 0) {
    throw new PartError('E_PART_NOT_READY', 'cannot be looked at in its container.', {
      part,
      lastLines: inspected.lines,
    });
  }
  return Number(inspected.lines[0] ?? 0);
}
