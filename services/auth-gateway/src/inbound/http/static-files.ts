import type { RequestHandler } from 'express';
import { assetAt } from '../pages/assets.ts';

/** The few files of the pages, from memory. Their addresses change with their content, so they are kept for good. */
export const staticFiles: RequestHandler = (request, response, next) => {
  const asset = request.method === 'GET' || request.method === 'HEAD' ? assetAt.get(request.path) : undefined;
  if (asset === undefined) return next();
  response.setHeader('content-type', asset.type);
  response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  response.end(request.method === 'HEAD' ? undefined : asset.body);
};
