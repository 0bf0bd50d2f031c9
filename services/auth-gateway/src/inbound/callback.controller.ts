import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ERROR_CATALOGUE, type UserId } from '@trendpot/contracts';
import type { Logger, Meters } from '@trendpot/observability';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { CompleteSignIn, SignInOutcome } from '../domain/sign-in/complete-sign-in.ts';
import type { Sessions } from '../domain/sign-in/sessions.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import { browserToken, RequestIdentity, sessionToken, setSessionCookie } from './http/person.ts';
import { SignInRate } from './http/rate.guard.ts';
import { noticePage, type Notice } from './pages/notice.page.ts';
import { COMPLETE_SIGN_IN, GATEWAY, LOGGER, METERS, SESSIONS } from './tokens.ts';

/** One value each: a parameter given twice is an array, and nothing of ours. */
const Parameters = z.object({
  state: z.string().max(512).optional().catch(undefined),
  code: z.string().max(4096).optional().catch(undefined),
  error: z.string().max(256).optional().catch(undefined),
});

const AGAIN = { href: '/connect', label: 'Try again' };
const ACCOUNT = { href: '/account', label: 'Go to your videos' };

type Shown = Exclude<SignInOutcome, { kind: 'connected' }>;

const noticeOf = (outcome: Shown, requestId: string): Notice & { readonly status: number } => {
  switch (outcome.kind) {
    case 'already-connected':
      return {
        status: 200,
        title: 'Already connected',
        text: 'This sign-in was completed before. Nothing was done twice.',
        action: ACCOUNT,
        signedIn: true,
      };
    case 'under-way':
      return {
        status: 200,
        title: 'Almost there',
        text: 'This sign-in is being completed right now.',
        action: ACCOUNT,
      };
    case 'denied':
      return {
        status: 200,
        title: 'You chose not to connect',
        text: 'That is fine. Nothing was shared with TrendPot and nothing is stored. You can change your mind at any time.',
        action: AGAIN,
      };
    case 'invalid-state':
      return {
        status: 400,
        title: 'This sign-in link is not valid any more',
        text: 'It was used, has expired, or was opened in another browser. Please start again.',
        action: { href: '/connect', label: 'Start again' },
        reference: requestId,
      };
    case 'failed': {
      const { status, publicMessage } = ERROR_CATALOGUE[outcome.code];
      return {
        status,
        title: outcome.again ? 'One moment, please' : 'That did not work',
        text: outcome.again ? `${publicMessage} Reload this page: your consent is not lost.` : publicMessage,
        action: AGAIN,
        reference: requestId,
      };
    }
  }
};

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
    const { status, ...notice } = noticeOf(outcome, requestId);
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
