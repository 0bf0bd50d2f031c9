import { PlatformError } from '@trendpot/contracts';

/** Why no usable answer came, and whether TikTok may have received the request all the same. */
class TransportFault extends Error {
  override readonly name = 'TransportFault';
  /** False only when it is certain that not one byte of the request left this process. */
  readonly sent: boolean;
  /** Nobody waits for the answer any more, of which TikTok may know nothing. */
  readonly abandoned: boolean;

  constructor(message: string, sent: boolean, abandoned: boolean) {
    super(message);
    this.sent = sent;
    this.abandoned = abandoned;
  }
}

/** An error of this package that carries the fault, so that `requestWasSent` can tell. */
export const unavailable = (message: string, sent: boolean, abandoned = false): PlatformError =>
  new PlatformError('E_TIKTOK_UNAVAILABLE', message, { cause: new TransportFault(message, sent, abandoned) });

/**
 * Whether the call that failed with `error` may have reached TikTok. A refresh that was never sent left the old token
 * alive; one that was sent may have replaced it. `true` unless the opposite is certain.
 */
export const requestWasSent = (error: unknown): boolean =>
  !(error instanceof PlatformError && error.cause instanceof TransportFault && !error.cause.sent);

/**
 * Whether TikTok may still be working on the call that failed with `error`: it was sent, and then timed out or was
 * aborted here. A call that TikTok answered, or whose connection it broke, is over.
 */
export const mayStillRun = (error: unknown): boolean =>
  error instanceof PlatformError && error.cause instanceof TransportFault && error.cause.sent && error.cause.abandoned;
