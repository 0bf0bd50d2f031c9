import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../platform/repository.ts';

/** Compiles what changed since the last time; nothing, if nothing did. @throws Error with the compiler's last lines */
export const build = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      join(REPOSITORY, 'node_modules', '.bin', 'nx'),
      ['run', 'trendpot-tiktok:compile', '--outputStyle=static'],
      {
        cwd: REPOSITORY,
        env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-8000)));
    child.once('error', reject);
    child.once('exit', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`the services do not compile:\n${text.trim().split('\n').slice(-20).join('\n')}`));
    });
  });
