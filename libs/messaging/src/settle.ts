import type { JsMsg } from '@nats-io/jetstream';

/** The only file that answers JetStream for a delivered message. */

/** The work is done, or lives on elsewhere: the message may go. */
export const settleDone = (message: JsMsg): void => message.ack();

/** Still at it: the server shall not hand it to somebody else. */
export const settleInProgress = (message: JsMsg): void => message.working();

/** Not taken up: somebody else shall have it, at once or after a while. The message keeps its place meanwhile. */
export const settleReturned = (message: JsMsg, afterMs?: number): void => message.nak(afterMs);
