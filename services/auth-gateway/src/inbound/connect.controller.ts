import { Body, Controller, Get, Inject, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { newUserId, PlatformError } from '@trendpot/contracts';
import type { Request, Response } from 'express';
import { consentCopy } from '../domain/consent-copy.ts';
import { isOpaqueToken, newOpaqueToken } from '../domain/opaque-token.ts';
import { safeReturnPath } from '../domain/return-path.ts';
import type { Sessions } from '../domain/sign-in/sessions.ts';
import type { StartSignIn } from '../domain/sign-in/start-sign-in.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import { BROWSER_COOKIE, writeCookie } from './http/cookies.ts';
import { browserToken, recognise, setSessionCookie } from './http/person.ts';
import { ApiRate, SignInRate } from './http/rate.guard.ts';
import { comesFromElsewhere, isSameOrigin, otherLoopbackName } from './http/same-origin.ts';
import { connectPage } from './pages/connect.page.ts';
import { GATEWAY, SESSIONS, START_SIGN_IN } from './tokens.ts';

const DAY_SECONDS = 86_400;

/** The hand-off: what is asked for and why, then on to TikTok. */
@Controller()
export class ConnectController {
  constructor(
    @Inject(START_SIGN_IN) private readonly startSignIn: StartSignIn,
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(GATEWAY) private readonly settings: GatewaySettings,
  ) {}

  @Get('/')
  home(@Res() response: Response): void {
    response.redirect(302, '/connect');
  }

  @Get('/connect')
  @UseGuards(ApiRate)
  async page(
    @Req() request: Request,
    @Res() response: Response,
    @Query('returnPath') returnPath?: unknown,
  ): Promise<void> {
    const better = otherLoopbackName(request.headers.host, this.settings.publicOrigin);
    if (better !== undefined) return response.redirect(302, `${better}/connect`);
    const connected = (await recognise(this.sessions, this.settings, request, response)) !== undefined;
    const copy = consentCopy(this.settings.scopes);
    response.type('html').send(connectPage({ copy, connected, returnPath: safeReturnPath(returnPath) }));
  }

  @Post('/connect')
  @UseGuards(SignInRate)
  async agree(
    @Req() request: Request,
    @Res() response: Response,
    @Body() form?: { returnPath?: unknown },
  ): Promise<void> {
    if (!isSameOrigin(request.headers, this.settings.publicOrigin)) {
      throw new PlatformError('E_FORBIDDEN', 'the hand-off form was sent from another site');
    }
    await this.begin(request, response, form?.returnPath);
  }

  /** For links of our own. From elsewhere it leads to the hand-off page: nobody is sent to TikTok without having seen it. */
  @Get('/auth/tiktok/start')
  @UseGuards(SignInRate)
  async start(
    @Req() request: Request,
    @Res() response: Response,
    @Query('returnPath') returnPath?: unknown,
  ): Promise<void> {
    if (comesFromElsewhere(request.headers)) response.redirect(302, '/connect');
    else await this.begin(request, response, returnPath);
  }

  private async begin(request: Request, response: Response, returnPath: unknown): Promise<void> {
    let userId = await recognise(this.sessions, this.settings, request, response);
    if (userId === undefined) {
      userId = newUserId();
      setSessionCookie(response, this.settings, await this.sessions.begin(userId));
    }
    // One browser may begin several times, in two tabs: all of its attempts share the cookie.
    const before = browserToken(request, this.settings);
    const browser = isOpaqueToken(before) ? before : newOpaqueToken();
    const options = { secure: this.settings.secureCookies, maxAgeSeconds: DAY_SECONDS };
    response.append('set-cookie', writeCookie(BROWSER_COOKIE, browser, options));
    const { location } = await this.startSignIn({ userId, browserToken: browser, returnPath });
    response.redirect(302, location);
  }
}
