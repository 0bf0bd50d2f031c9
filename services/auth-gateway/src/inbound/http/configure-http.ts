import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from '@trendpot/observability';
import express from 'express';
import type { GatewaySettings } from '../gateway-settings.ts';
import { GATEWAY, LOGGER } from '../tokens.ts';
import { GatewayErrorFilter } from './gateway-error.filter.ts';
import { securityHeaders } from './security-headers.ts';
import { staticFiles } from './static-files.ts';

/** The largest body anyone may send: a webhook, a form or a reason. */
const BODY_LIMIT = '64kb';

/** Everything of HTTP that is not a route: headers, limits, files, and how errors look. */
export const configureHttp = (application: NestExpressApplication): void => {
  const settings = application.get<GatewaySettings>(GATEWAY);
  application.set('trust proxy', settings.trustedProxies);
  application.set('etag', false);
  application.set('query parser', 'simple');
  application.use(securityHeaders(settings));
  application.use(staticFiles);
  application.use((_request: express.Request, response: express.Response, next: express.NextFunction) => {
    // Pages and answers are about one person; they have no place in any cache.
    response.setHeader('cache-control', 'no-store');
    next();
  });
  // Signed by TikTok over its bytes, so nobody may parse it first.
  application.use('/webhooks', express.raw({ type: () => true, limit: BODY_LIMIT }));
  application.useBodyParser('json', { limit: BODY_LIMIT });
  application.useBodyParser('urlencoded', { limit: BODY_LIMIT, extended: false });
  application.useGlobalFilters(new GatewayErrorFilter(application.get<Logger>(LOGGER)));
};
