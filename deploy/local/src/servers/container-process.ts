import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { PartError } from '../part-error.ts';
import { reasonOf, runCommand } from '../parts/run-command.ts';
import { startGuarded } from '../processes/guarded-process.ts';
import { serverOf, waitUntilReady, type ServerLaunch, type ServerProcess } from './server-process.ts';

/** Container, data directory (or nothing). */
const ORPHANED = 'docker rm --force --volumes "$1"; [ -z "$2" ] || rm -rf -- "$2"';

/**
 * The same server in a container, as this user, with its data at the same path. A guard waits for its end and removes
 * it if this process dies, which is why testcontainers' own reaper (one more image to pull) is not started.
 * @throws PartError if the container cannot be started or the server in it does not answer
 */
export async function startContainerProcess(launch: ServerLaunch): Promise<ServerProcess> {
  const id = await createContainer(launch);
  const log = openSync(launch.logFile, 'a', 0o600);
  spawn('docker', ['logs', '--follow', id], { stdio: ['ignore', log, log] }).on('error', () => undefined);
  closeSync(log);
  const guarded = await startGuarded({
    name: launch.name,
    command: 'docker',
    args: ['wait', id],
    output: 'pipe',
    ifOrphaned: ['sh', '-c', ORPHANED, 'orphaned', id, launch.disposable ? launch.dataDir : ''],
  });
  for (const stream of guarded.output) stream.resume();
  void guarded.exited.then(() => runCommand('docker', ['rm', '--force', '--volumes', id]));
  const signal = (name: NodeJS.Signals): void => {
    if (guarded.exitCode === undefined) void runCommand('docker', ['kill', '--signal', name, id]);
  };
  const server = serverOf(guarded, await pidOf(id), signal);
  await waitUntilReady(launch, server, guarded);
  return server;
}

/** On Linux the container shares the machine's network, so that it listens on 127.0.0.1 alone, as a process would. */
async function createContainer(launch: ServerLaunch): Promise<string> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer } = await import('testcontainers');
  const { uid, gid } = userInfo();
  const sharesNetwork = platform() === 'linux';
  try {
    const container = new GenericContainer(launch.program.image as string)
      .withEntrypoint([launch.program.command])
      .withCommand([...launch.program.args, ...launch.args(sharesNetwork ? '127.0.0.1' : '0.0.0.0')])
      .withBindMounts([{ source: launch.dataDir, target: launch.dataDir, mode: 'rw' }])
      .withUser(`${uid}:${gid}`);
    if (sharesNetwork) container.withNetworkMode('host');
    else container.withExposedPorts({ container: launch.port, host: launch.port });
    return (await container.start()).getId();
  } catch (error) {
    throw new PartError('E_PART_NOT_READY', 'its container could not be started.', { part: launch.name, cause: error });
  }
}

async function pidOf(id: string): Promise<number> {
  const inspected = await runCommand('docker', ['inspect', '--format', '{{.State.Pid}}', id]);
  if (inspected.code !== 0) throw new PartError('E_PART_NOT_READY', reasonOf(inspected), { part: id });
  return Number(inspected.lines[0] ?? 0);
}
