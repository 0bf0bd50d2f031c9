import { PlatformError } from '@trendpot/contracts';

/** Why no usable answer came, and whether TikTok may have received the request all the same. */
export class TransportFault extends Error {
  override readonly name = 'TransportFault';
  /** False only when it is certain that not one byte of the request left this process. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** An error of this package that carries the fault, so that `requestWasSent` can tell. */
export const unavailable = (message: string, sent: boolean): PlatformError =>
  new PlatformError('E_TIKTOK_UNAVAILABLE', message, { cause: new TransportFault(message, sent) });

/**
 * Whether the call that failed with `error` may have reached TikTok. A refresh that was never sent left the old token
 * alive; one that was sent may have replaced it. `true` unless the opposite is certain.
 */
export const requestWasSent = (error: unknown): boolean =>
  !(error instanceof PlatformError && error.cause instanceof TransportFault && !error.cause.sent);
