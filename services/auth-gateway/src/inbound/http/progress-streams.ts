import { PlatformError, type AccountId } from '@trendpot/contracts';
import type { Logger } from '@trendpot/observability';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { progressOf, type Progress } from '../../domain/library/account-view.ts';
import { applyAccount, applyEvent, type LiveChange, type LiveEvents } from '../../domain/library/live-progress.ts';
import type { Accounts } from '../../domain/ports.ts';

/** Proxies cut what is silent; and the stored state is looked at again this often, should an event have been missed. */
const HEARTBEAT_MS = 15_000;
/** A browser that takes nothing any more is let go; it reconnects by itself and starts from the stored state. */
const MAXIMUM_BACKLOG_BYTES = 256 * 1024;
const RECONNECT_MS = 3_000;
/** More tabs than a person has; one account shall not take the place of all others. */
const MAXIMUM_PER_ACCOUNT = 12;

export interface ProgressStreamsOptions {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly events: LiveEvents;
  readonly logger: Logger;
  readonly maximum: number;
}

/**
 * Server-sent events: `progress` carries the whole state each time, so a stream may begin anywhere and `Last-Event-ID`
 * needs no memory here; the event id is the sequence of the newest platform event the state contains.
 */
export class ProgressStreams {
  readonly #options: ProgressStreamsOptions;
  readonly #open = new Map<ServerResponse, AccountId>();

  constructor(options: ProgressStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws PlatformError E_UNAVAILABLE when all places are taken, E_TOO_MANY_REQUESTS when all of this account are. */
  admit(accountId: AccountId): void {
    if (this.#open.size >= this.#options.maximum) {
      throw new PlatformError('E_UNAVAILABLE', 'as many progress streams are open as allowed');
    }
    const ofAccount = [...this.#open.values()].filter((one) => one === accountId).length;
    if (ofAccount >= MAXIMUM_PER_ACCOUNT) {
      throw new PlatformError('E_TOO_MANY_REQUESTS', `${ofAccount} progress streams of ${accountId} are open`);
    }
  }

  async open(accountId: AccountId, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Who left while it was looked up whose account this is has been announced already: `close` would never come again.
    if (response.destroyed) return;
    const { accounts, events, logger } = this.#options;
    this.#open.set(response, accountId);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RECONNECT_MS}\n\n`);

    let progress: Progress | undefined;
    const send = (change: LiveChange | undefined): void => {
      if (change === undefined || response.writableEnded) return;
      progress = change.progress;
      if (response.writableLength > MAXIMUM_BACKLOG_BYTES) return void response.destroy();
      response.write(
        `id: ${progress.sequence}\nevent: progress\ndata: ${JSON.stringify({ ...progress, library: change.library })}\n\n`,
      );
    };
    // Watched before the state is read, so that nothing falls between the two.
    const stopWatching = events.watch(accountId, (event) => {
      if (progress !== undefined) send(applyEvent(progress, event));
    });
    const look = async (): Promise<void> => {
      const account = await accounts.find(accountId);
      if (account === undefined) return;
      send(
        progress === undefined ? { progress: progressOf(account), library: false } : applyAccount(progress, account),
      );
    };
    const heartbeat = setInterval(() => {
      response.write(': still here\n\n');
      look().catch((error: unknown) => logger.warn('gateway.progress.unreadable', { accountId, error }));
    }, HEARTBEAT_MS);
    const end = (): void => {
      clearInterval(heartbeat);
      stopWatching();
      this.#open.delete(response);
    };
    response.once('close', end);
    request.once('error', () => response.destroy());
    try {
      await look();
    } catch (error) {
      logger.warn('gateway.progress.unreadable', { accountId, error });
      response.destroy();
    }
  }

  /** Ends all streams; browsers come back to another replica. */
  close(): void {
    for (const response of this.#open.keys()) response.end();
  }
}
