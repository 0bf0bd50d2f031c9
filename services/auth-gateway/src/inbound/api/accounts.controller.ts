import { Body, Controller, Delete, Get, Inject, Param, UseGuards } from '@nestjs/common';
import type { UserId } from '@trendpot/contracts';
import type { DisconnectAccount, Receipt } from '../../domain/disconnect/disconnect-account.ts';
import { auditReason } from '../../domain/disconnect/reason.ts';
import { ownAccount } from '../../domain/library/own-account.ts';
import type { Accounts } from '../../domain/ports.ts';
import { Person, RequestIdentity } from '../http/person.ts';
import { ApiRate } from '../http/rate.guard.ts';
import { readInput } from '../http/read-input.ts';
import { SignedIn } from '../http/signed-in.guard.ts';
import { ACCOUNTS, DISCONNECT_ACCOUNT } from '../tokens.ts';
import { toApiAccount } from './api-account.ts';
import { DisconnectRequest, type ApiAccount } from './schemas.ts';

@Controller('/api/accounts')
@UseGuards(ApiRate, SignedIn)
export class AccountsController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(DISCONNECT_ACCOUNT) private readonly disconnectAccount: DisconnectAccount,
  ) {}

  @Get()
  async list(@Person() userId: UserId): Promise<{ accounts: ApiAccount[] }> {
    return { accounts: (await this.accounts.ofUser(userId)).map(toApiAccount) };
  }

  @Get(':accountId')
  async one(@Person() userId: UserId, @Param('accountId') accountId: string): Promise<ApiAccount> {
    return toApiAccount(await ownAccount(this.accounts, userId, accountId));
  }

  @Delete(':accountId')
  disconnect(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @RequestIdentity() requestId: string,
    @Body() body: unknown,
  ): Promise<Receipt> {
    const reason = auditReason(readInput(DisconnectRequest, body).reason);
    return this.disconnectAccount(userId, accountId, { reason, requestId });
  }
}
