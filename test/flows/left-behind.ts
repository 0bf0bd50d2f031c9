import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process by its number and when it began: numbers are used again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

interface Status extends ProcessIdentity {
  readonly parent: number;
}

/** The fields of `/proc/PID/stat` after the name, which may hold anything: state, parent, …; the 20th is the start time. */
const statusOf = async (pid: number): Promise<Status | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '' };
};

/** Every process that the given one started, directly or not, sessions of their own included. */
export const descendantsOf = async (root: number): Promise<readonly ProcessIdentity[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(statusOf))).filter((status) => status !== undefined);
  const below = (parent: number): Status[] =>
    all.filter((status) => status.parent === parent).flatMap((status) => [status, ...below(status.pid)]);
  return below(root);
};

export const isStillThere = async ({ pid, startedAt }: ProcessIdentity): Promise<boolean> =>
  (await statusOf(pid))?.startedAt === startedAt;

const socketsOf = async ({ pid }: ProcessIdentity): Promise<readonly string[]> => {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]).filter((inode) => inode !== undefined);
};

const LISTENS = '0A';

/** TCP ports that any of the processes listens on. */
export const portsOf = async (processes: readonly ProcessIdentity[]): Promise<readonly number[]> => {
  const inodes = new Set((await Promise.all(processes.map(socketsOf))).flat());
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  const listening = rows.filter((row) => row[3] === LISTENS && inodes.has(row[9] ?? ''));
  return [...new Set(listening.map((row) => Number.parseInt((row[1] ?? '').split(':').at(-1) ?? '', 16)))];
};
