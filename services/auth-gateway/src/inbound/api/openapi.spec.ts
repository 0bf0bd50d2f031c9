import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { CONTROLLERS } from '../controllers.ts';
import { OPERATIONS, openApiDocument } from './openapi.ts';

const routes = CONTROLLERS.flatMap((controller) => {
  const base = Reflect.getMetadata('path', controller) as string;
  const names = Object.getOwnPropertyNames(controller.prototype).filter((name) => name !== 'constructor');
  return names.flatMap((name) => {
    const handler = (controller.prototype as unknown as Record<string, object>)[name] as object;
    const path = Reflect.getMetadata('path', handler) as string | undefined;
    if (path === undefined) return [];
    const method = RequestMethod[Reflect.getMetadata('method', handler) as number] ?? '';
    const full = `/${base}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
    return [`${method.toLowerCase()} ${full.replace(/:(\w+)/g, '{$1}')}`];
  });
});

/** Pages and their forms. */
const isForPeople = (route: string): boolean => !/ \/(api|operator|webhooks)\b/.test(route);

describe('the OpenAPI document', () => {
  it('describes every route for programs, and no other', () => {
    const described = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    expect([...described].sort()).toEqual(routes.filter((route) => !isForPeople(route)).sort());
  });

  it('is made of the schemas that requests are checked with', () => {
    const document = JSON.stringify(openApiDocument({ publicOrigin: 'https://connect.example', secureCookies: true }));
    expect(document).toContain('"openapi":"3.1.0"');
    expect(document).toContain('E_VIDEO_NOT_OWNED');
    expect(document).toContain('{"type":"apiKey","in":"cookie","name":"__Host-trendpot.sid"}');
    expect(document).toMatch(/"name":"limit","in":"query","required":false,"schema":\{[^}]*"maximum":100/);
  });
});
