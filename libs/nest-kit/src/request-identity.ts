import type { IncomingMessage, ServerResponse } from 'node:http';
import { newRequestId, RequestId } from '@trendpot/contracts';

const REQUEST_ID_HEADER = 'x-request-id';

interface Identified {
  requestId?: string;
}

/** The id that follows this request through every service; the same as in its answer's `x-request-id`. */
export const requestIdOf = (request: object): string => ((request as Identified).requestId ??= newRequestId());

/** Takes over the caller's id if it is well formed: an id is the caller's to choose, a log line is not. */
export const identify = (request: IncomingMessage, response: ServerResponse): string => {
  const given = RequestId.safeParse(request.headers[REQUEST_ID_HEADER]);
  const requestId = given.success ? given.data : newRequestId();
  (request as Identified).requestId = requestId;
  response.setHeader(REQUEST_ID_HEADER, requestId);
  return requestId;
};
