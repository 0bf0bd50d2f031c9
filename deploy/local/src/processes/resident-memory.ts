import { readFile } from 'node:fs/promises';

/** The resident set of a process, in bytes; 0 if it is gone or the system has no `/proc`. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
