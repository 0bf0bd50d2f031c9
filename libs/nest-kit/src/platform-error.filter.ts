import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@trendpot/observability';
import type { ServerResponse } from 'node:http';
import { throwError, type Observable } from 'rxjs';
import { errorBodyOf, httpErrorOf } from './http-error.ts';
import { requestIdOf } from './request-identity.ts';

/**
 * The one place where an error leaves a handler. Over HTTP it becomes `{ error: { code, message, requestId } }`; over
 * NATS it is handed back unchanged, because settling a message depends on its verdict.
 */
export class PlatformErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() !== 'http') return throwError(() => thrown);
    const request = host.switchToHttp().getRequest<object>();
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const error = httpErrorOf(thrown);
    const requestId = requestIdOf(request);
    if (error.status >= 500) this.#logger.error('http.failed', { requestId, code: error.code, error });
    else this.#logger.debug('http.refused', { requestId, code: error.code, error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.afterMs !== undefined) response.setHeader('retry-after', Math.ceil(error.afterMs / 1000));
    response.statusCode = error.status;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    response.end(JSON.stringify(errorBodyOf(error, requestId)));
  }
}

// Applied as a function, so that the kit's sources run without a compiler.
Catch()(PlatformErrorFilter);
