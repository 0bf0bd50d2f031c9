import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { UserId } from '@trendpot/contracts';
import type { Logger, Meters } from '@trendpot/observability';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { CompleteSignIn, SignInOutcome } from '../domain/sign-in/complete-sign-in.ts';
import type { Sessions } from '../domain/sign-in/sessions.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import { browserToken, RequestIdentity, sessionToken, setSessionCookie } from './http/person.ts';
import { SignInRate } from './http/rate.guard.ts';
import { noticePage } from './pages/notice.page.ts';
import { signInNotice } from './pages/sign-in-notice.ts';
import { COMPLETE_SIGN_IN, GATEWAY, LOGGER, METERS, SESSIONS } from './tokens.ts';

/** One value each: a parameter given twice is an array, and nothing of ours. */
const Parameters = z.object({
  state: z.string().max(512).optional().catch(undefined),
  code: z.string().max(4096).optional().catch(undefined),
  error: z.string().max(256).optional().catch(undefined),
});

/** Where TikTok sends the creator back to. */
@Controller()
export class CallbackController {
  constructor(
    @Inject(COMPLETE_SIGN_IN) private readonly completeSignIn: CompleteSignIn,
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(GATEWAY) private readonly settings: GatewaySettings,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METERS) private readonly meters: Pick<Meters, 'add'>,
  ) {}

  @Get('/auth/tiktok/callback')
  @UseGuards(SignInRate)
  async callback(
    @Req() request: Request,
    @Res() response: Response,
    @RequestIdentity() requestId: string,
    @Query() query: unknown,
  ): Promise<void> {
    const parameters = Parameters.parse(query);
    const browser = browserToken(request, this.settings);
    const outcome = await this.completeSignIn({ ...parameters, browserToken: browser, requestId });
    this.report(outcome, requestId);
    if (outcome.kind === 'connected') {
      await this.signIn(request, response, outcome.userId);
      return response.redirect(303, outcome.returnPath ?? `/account?account=${outcome.accountId}`);
    }
    if (outcome.kind === 'already-connected' && (await this.isNobody(request))) {
      await this.signIn(request, response, outcome.userId);
    }
    const { status, ...notice } = signInNotice(outcome, requestId);
    response.status(status).type('html').send(noticePage(notice));
  }

  /** A new session in place of the one from before: nobody keeps a cookie that was planted before the sign-in. */
  private async signIn(request: Request, response: Response, userId: UserId): Promise<void> {
    await this.sessions.end(sessionToken(request, this.settings));
    setSessionCookie(response, this.settings, await this.sessions.begin(userId));
  }

  private async isNobody(request: Request): Promise<boolean> {
    return (await this.sessions.open(sessionToken(request, this.settings))) === undefined;
  }

  private report(outcome: SignInOutcome, requestId: string): void {
    const code = outcome.kind === 'failed' ? { code: outcome.code } : {};
    const account = 'accountId' in outcome ? { accountId: outcome.accountId } : {};
    this.logger.info('tiktok.sign_in.ended', { requestId, outcome: outcome.kind, ...code, ...account });
    this.meters.add('tiktok_sign_ins_total', { outcome: outcome.kind });
  }
}
