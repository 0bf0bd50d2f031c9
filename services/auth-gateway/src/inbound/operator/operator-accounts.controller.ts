import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { StatusResult } from '@trendpot/contracts';
import type { Receipt } from '../../domain/disconnect/disconnect-account.ts';
import { auditReason } from '../../domain/disconnect/reason.ts';
import { namedAccount } from '../../domain/operations/named-account.ts';
import type { OperatorDisconnect } from '../../domain/operations/operator-disconnect.ts';
import type { Resync, ResyncAccount } from '../../domain/operations/resync-account.ts';
import type { Accounts, Budget, Vault } from '../../domain/ports.ts';
import { toApiAccount } from '../api/api-account.ts';
import { ResyncRequest } from '../api/operator-schemas.ts';
import { DisconnectRequest, type ApiAccount } from '../api/schemas.ts';
import { Operator } from '../http/operator.guard.ts';
import { RequestIdentity } from '../http/person.ts';
import { ApiRate } from '../http/rate.guard.ts';
import { readInput } from '../http/read-input.ts';
import { ACCOUNTS, BUDGET, OPERATOR_DISCONNECT, RESYNC_ACCOUNT, VAULT } from '../tokens.ts';
import { OPERATOR } from './operator.ts';

@Controller('/operator')
@UseGuards(ApiRate, Operator)
export class OperatorAccountsController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(BUDGET) private readonly budget: Budget,
    @Inject(RESYNC_ACCOUNT) private readonly resyncAccount: ResyncAccount,
    @Inject(OPERATOR_DISCONNECT) private readonly disconnectAccount: OperatorDisconnect,
  ) {}

  @Get('vault')
  vaultStatus(@RequestIdentity() requestId: string): Promise<StatusResult> {
    return this.vault.status({ version: 1, requestId });
  }

  @Get('budget')
  budgetUse(): ReturnType<Budget['use']> {
    return this.budget.use();
  }

  @Get('accounts/:accountId')
  async one(@Param('accountId') accountId: string): Promise<ApiAccount> {
    return toApiAccount(await namedAccount(this.accounts, accountId));
  }

  @Get('accounts/:accountId/vault')
  async vaultStatusOf(
    @Param('accountId') accountId: string,
    @RequestIdentity() requestId: string,
  ): Promise<StatusResult> {
    const { id } = await namedAccount(this.accounts, accountId);
    return this.vault.status({ version: 1, requestId, accountId: id });
  }

  @Post('accounts/:accountId/resync')
  @HttpCode(200)
  resync(
    @Param('accountId') accountId: string,
    @RequestIdentity() requestId: string,
    @Body() body: unknown,
  ): Promise<Resync> {
    const { dryRun, reason } = readInput(ResyncRequest, body);
    return this.resyncAccount(accountId, { dryRun, reason, operator: OPERATOR, requestId });
  }

  @Delete('accounts/:accountId')
  disconnect(
    @Param('accountId') accountId: string,
    @RequestIdentity() requestId: string,
    @Body() body: unknown,
  ): Promise<Receipt> {
    const reason = auditReason(readInput(DisconnectRequest, body).reason);
    return this.disconnectAccount(accountId, { reason, operator: OPERATOR, requestId });
  }
}
