import { createDisplayClient } from '@trendpot/tiktok';
import { secret } from '@trendpot/secrets';
import type { AtWork, MakeCall, OnPermit } from './contenders/contender.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';

/** One process that wants to call TikTok. Everything it does is decided by messages. */
const setup = JSON.parse(process.env['CEILING_WORKER'] ?? '') as WorkerSetup;
/** Each loads only what it needs: how fast a worker is back after a fault is part of what is measured. */
const START = {
  ours: async () => (await import('./contenders/ours.ts')).startOurs,
  bullmq: async () => (await import('./contenders/bullmq.ts')).startBullmq,
  rateLimiterFlexible: async () => (await import('./contenders/rate-limiter-flexible.ts')).startRateLimiterFlexible,
};

const display = createDisplayClient({ baseUrl: setup.tiktokUrl, dialect: 'alignment', timeoutMs: 2_000 });
const tell = (message: FromWorker): void => void process.send?.(message);

let holdNext = false;
let goOn = (): void => {};

const onPermit: OnPermit = async (ms) => {
  tell({ type: 'waited', ms });
  if (!holdNext) return;
  holdNext = false;
  await new Promise<void>((resolve) => {
    goOn = resolve;
    tell({ type: 'holding' });
  });
};
const makeCall: MakeCall = async (kind, beforeSend) => {
  await display.listVideos({ accessToken: secret(setup.tokens[kind]), beforeSend, maxCount: 1 });
};

const start = await START[setup.contender]();
const atWork: AtWork = await start(setup, makeCall, onPermit);

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'work':
      atWork.give(message.calls);
      break;
    case 'hold':
      holdNext = true;
      break;
    case 'go-on':
      goOn();
      break;
    case 'ceilings':
      atWork.setCeilings(message.ceilings);
      break;
    case 'stop':
      void atWork.stop().finally(() => process.exit(0));
  }
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
tell({ type: 'ready' });
