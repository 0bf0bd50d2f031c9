import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { errorBodyOf, httpErrorOf, requestIdOf } from '@trendpot/nest-kit';
import type { Logger } from '@trendpot/observability';
import type { Request, Response } from 'express';
import { noticePage } from '../pages/notice.page.ts';

const TITLE: Readonly<Record<number, string>> = {
  400: 'That did not work',
  403: 'Not allowed',
  404: 'Nothing here',
  410: 'Disconnected',
  429: 'One moment, please',
  503: 'One moment, please',
};

const isPage = (request: Request): boolean => request.accepts(['json', 'html']) === 'html';

/** Errors as a page for people and as JSON for programs. Either tells the code's constant text, never a detail. */
@Catch()
export class GatewayErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = httpErrorOf(thrown);
    const requestId = requestIdOf(request);
    if (error.status >= 500) this.#logger.error('http.failed', { requestId, code: error.code, error });
    else this.#logger.debug('http.refused', { requestId, code: error.code, error });
    if (response.headersSent) return void response.destroy();
    if (error.afterMs !== undefined) response.setHeader('retry-after', Math.ceil(error.afterMs / 1000));
    if (!isPage(request)) return void response.status(error.status).json(errorBodyOf(error, requestId));
    if (error.code === 'E_UNAUTHENTICATED') return response.redirect(303, '/connect');
    const title = TITLE[error.status] ?? 'Something went wrong';
    const action = { href: '/account', label: 'Go to your videos' };
    response.status(error.status).type('html');
    response.send(noticePage({ title, text: error.publicMessage, action, reference: requestId }));
  }
}
