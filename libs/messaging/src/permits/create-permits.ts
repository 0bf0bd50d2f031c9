import { PlatformError, STREAM, SUBJECT, toPlatformError, type StreamName } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { fromNanos } from '../milliseconds.ts';
import { ceilingsOf, type CeilingSettings } from '../topology/settings.ts';
import { createBlocks } from './blocks.ts';
import { createCoolDown } from './cool-down.ts';
import { createDispatcher } from './dispatcher.ts';
import { ageLimitOf, createPermit } from './permit.ts';
import type { Permit, Permits, PermitsOptions } from './permits.ts';
import { IN_FLIGHT, type Grant } from './places.ts';
import { createReturns } from './returns.ts';
import { createTurns } from './turns.ts';
import { readUsage } from './usage.ts';
import { createWaitingLine } from './waiting-line.ts';

const MOST_ROUNDS = 3;
const CLOSE_WITHIN_MS = 3_000;
const NO_TURN = { end: () => undefined };

/** The window and margin that are in force: the owner of the streams wrote them there, whatever this process was told. */
const rulesInForce = async (
  { manager }: Messaging,
  settings: CeilingSettings,
): Promise<{ readonly windowMs: number; readonly marginMs: number }> => {
  try {
    const { config } = await manager.streams.info(STREAM.permitsMinute);
    const marginMs = Number(config.metadata?.['margin_ms'] ?? ceilingsOf(settings).marginMs);
    return { marginMs, windowMs: fromNanos(config.max_age) - marginMs };
  } catch (cause) {
    throw new PlatformError('E_UNAVAILABLE', 'the permit streams are not there', { cause });
  }
};

/** @throws PlatformError E_UNAVAILABLE when the permit streams cannot be read; `ensureTopology` makes them. */
export const createPermits = async (
  messaging: Messaging,
  settings: CeilingSettings,
  options: PermitsOptions = {},
): Promise<Permits> => {
  const { connection } = messaging;
  const { marginMs, windowMs } = await rulesInForce(messaging, settings);
  const ageLimitMs = ageLimitOf(marginMs);
  const line = createWaitingLine();
  const turns = { interactive: createTurns(), background: createTurns() };
  const returns = createReturns(messaging);
  const coolDown = await createCoolDown(messaging, windowMs);
  const isCoolingDown = (): boolean => coolDown.remainingMs() > 0 || !coolDown.isKnown();
  const isReady = (): boolean => messaging.isConnected() && coolDown.isKnown();
  const blocks = createBlocks(() => dispatch());
  const dispatch = createDispatcher({ messaging, line, blocks, returns, ageLimitMs, isCoolingDown, isReady });
  coolDown.onHold((remainingMs) => blocks.raise(STREAM.permitsCooldown, remainingMs, remainingMs));

  const signals = connection.subscribe(SUBJECT.permitReleased, {
    callback: (error, message) => {
      if (error === null) blocks.lift(message.string() as StreamName);
    },
  });
  const forget = messaging.onReconnect(() => blocks.liftAll());

  /** All places come back if no request was sent, else the one in flight, once TikTok is done with the call. */
  const release = ({ places }: Grant, used: boolean, mayStillRun: boolean): void => {
    if (!used) returns.put(places);
    else if (!mayStillRun) returns.put(places.filter(({ ceiling }) => ceiling === IN_FLIGHT));
  };

  const underPermit: Permits['withPermit'] = async (kind, call, wish = {}) => {
    const deadline = wish.deadlineMs === undefined ? undefined : performance.now() + wish.deadlineMs;
    for (let round = 1; ; round += 1) {
      const left = deadline === undefined ? {} : { deadlineMs: Math.max(0, deadline - performance.now()) };
      const waiting = line.enter(kind, { ...wish, ...left });
      dispatch();
      const grant = await waiting;
      const permit = createPermit({ requestedAt: grant.requestedAt, ageLimitMs, isCoolingDown });
      let mayStillRun = false;
      try {
        return await call(permit);
      } catch (thrown) {
        mayStillRun = options.mayStillRun?.(thrown) ?? false;
        const error = toPlatformError(thrown);
        if (error.code === 'E_TIKTOK_RATE_LIMITED') {
          options.onRateLimited?.(wish.endpoint ?? 'unknown', kind);
          await coolDown.begin({ afterMs: error.afterMs, callStartedAt: grant.requestedAt.monotonic });
        }
        if (error.code !== 'E_PERMIT_STALE' || permit.used || round >= MOST_ROUNDS) throw thrown;
      } finally {
        release(grant, permit.used, mayStillRun);
      }
    }
  };

  const withPermit: Permits['withPermit'] = (kind, call, wish) => {
    const begin = (permit: Permit) => {
      turns[kind].callBegan();
      return call(permit);
    };
    return underPermit(kind, begin, wish);
  };

  const turn: Permits['turn'] = async (kind, { signal, wasRefused }) => {
    if (!wasRefused && turns[kind].isFree()) return NO_TURN;
    const wish = signal === undefined ? {} : { signal };
    return turns[kind].take(() => underPermit(kind, () => Promise.resolve(), wish), signal);
  };

  return {
    withPermit,
    turn,
    usage: () => readUsage(messaging, coolDown.remainingMs()),
    coolDown: ({ afterMs } = {}) => coolDown.begin({ afterMs, callStartedAt: performance.now() }),
    close: async () => {
      turns.interactive.close();
      turns.background.close();
      line.close();
      forget();
      blocks.close();
      coolDown.close();
      if (!connection.isClosed()) signals.unsubscribe();
      await returns.settled(CLOSE_WITHIN_MS);
    },
  };
};
