import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { PlatformError, type UserId } from '@trendpot/contracts';
import { requestIdOf } from '@trendpot/nest-kit';
import type { Request, Response } from 'express';
import type { Sessions } from '../../domain/sign-in/sessions.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { BROWSER_COOKIE, cookieName, readCookie, SESSION_COOKIE, writeCookie } from './cookies.ts';

const secondsUntil = (end: Date): number => Math.max(0, Math.round((end.getTime() - Date.now()) / 1000));

type CookieSettings = Pick<GatewaySettings, 'secureCookies'>;

export const sessionToken = (request: Request, { secureCookies }: CookieSettings): string | undefined =>
  readCookie(request.headers.cookie, cookieName(SESSION_COOKIE, secureCookies));
export const browserToken = (request: Request, { secureCookies }: CookieSettings): string | undefined =>
  readCookie(request.headers.cookie, cookieName(BROWSER_COOKIE, secureCookies));

export const setSessionCookie = (
  response: Response,
  settings: CookieSettings,
  session: { token: string; expiresAt: Date },
): void => {
  const options = { secure: settings.secureCookies, maxAgeSeconds: secondsUntil(session.expiresAt) };
  response.append('set-cookie', writeCookie(SESSION_COOKIE, session.token, options));
};

interface Known {
  userId?: UserId;
}

/** Who this is, if the browser is signed in; the cookie moves on with the session. */
export const recognise = async (
  sessions: Sessions,
  settings: CookieSettings,
  request: Request,
  response: Response,
): Promise<UserId | undefined> => {
  const token = sessionToken(request, settings);
  const session = await sessions.open(token);
  if (session === undefined || token === undefined) return undefined;
  if (session.extended) setSessionCookie(response, settings, { token, expiresAt: session.expiresAt });
  (request as Known).userId = session.userId;
  return session.userId;
};

/** The signed-in person. Only behind `SignedIn`. */
export const Person = createParamDecorator((_data: unknown, context: ExecutionContext): UserId => {
  const { userId } = context.switchToHttp().getRequest<Known>();
  if (userId === undefined) throw new PlatformError('E_UNAUTHENTICATED', 'a route without its guard');
  return userId;
});

export const RequestIdentity = createParamDecorator((_data: unknown, context: ExecutionContext): string =>
  requestIdOf(context.switchToHttp().getRequest<object>()),
);
