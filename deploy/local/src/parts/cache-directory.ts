import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched parts are kept between runs: `TRENDPOT_CACHE_DIR`, else a folder in the user's cache directory. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['TRENDPOT_CACHE_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'trendpot-tiktok');
}
