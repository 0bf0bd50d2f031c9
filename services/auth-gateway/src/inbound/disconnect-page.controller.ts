import { Body, Controller, Get, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import type { UserId } from '@trendpot/contracts';
import type { Response } from 'express';
import { receiptOf, type DisconnectAccount } from '../domain/disconnect/disconnect-account.ts';
import { auditReason } from '../domain/disconnect/reason.ts';
import { ownAccount } from '../domain/library/own-account.ts';
import type { Accounts, Videos } from '../domain/ports.ts';
import { Person, RequestIdentity } from './http/person.ts';
import { ApiRate } from './http/rate.guard.ts';
import { SignedIn } from './http/signed-in.guard.ts';
import { disconnectPage } from './pages/disconnect.page.ts';
import { receiptPage } from './pages/receipt.page.ts';
import { ACCOUNTS, DISCONNECT_ACCOUNT, VIDEOS } from './tokens.ts';

interface DisconnectForm {
  readonly reason?: unknown;
  readonly comment?: unknown;
  readonly confirm?: unknown;
}

/** Leaving: the form with its reason, the confirmation, the receipt. */
@Controller()
@UseGuards(ApiRate, SignedIn)
export class DisconnectPageController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(VIDEOS) private readonly videos: Videos,
    @Inject(DISCONNECT_ACCOUNT) private readonly disconnectAccount: DisconnectAccount,
  ) {}

  @Get('/account/:accountId/disconnect')
  async form(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @Res() response: Response,
  ): Promise<void> {
    const account = await ownAccount(this.accounts, userId, accountId);
    if (account.state === 'revoked') return response.redirect(303, `/account/${account.id}/receipt`);
    response.type('html').send(disconnectPage({ account }));
  }

  @Post('/account/:accountId/disconnect')
  async disconnect(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @RequestIdentity() requestId: string,
    @Body() form: DisconnectForm | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const account = await ownAccount(this.accounts, userId, accountId);
    if (form?.confirm !== 'yes') {
      return void response
        .status(422)
        .type('html')
        .send(disconnectPage({ account, unconfirmed: true }));
    }
    const reason = auditReason(form.reason, form.comment);
    await this.disconnectAccount(userId, account.id, { reason, requestId });
    response.redirect(303, `/account/${account.id}/receipt`);
  }

  @Get('/account/:accountId/receipt')
  async receipt(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @Res() response: Response,
  ): Promise<void> {
    const account = await ownAccount(this.accounts, userId, accountId);
    if (account.revocation === undefined) return response.redirect(303, `/account?account=${account.id}`);
    const videosLeft = await this.videos.count(account.id);
    response.type('html').send(receiptPage({ receipt: receiptOf(account.id, account.revocation), videosLeft }));
  }
}
