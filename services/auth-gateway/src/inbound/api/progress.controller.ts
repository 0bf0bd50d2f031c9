import { Controller, Get, Inject, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { UserId } from '@trendpot/contracts';
import type { Request, Response } from 'express';
import { ownAccount } from '../../domain/library/own-account.ts';
import type { Accounts } from '../../domain/ports.ts';
import { Person } from '../http/person.ts';
import { ProgressStreams } from '../http/progress-streams.ts';
import { ApiRate } from '../http/rate.guard.ts';
import { SignedIn } from '../http/signed-in.guard.ts';
import { ACCOUNTS } from '../tokens.ts';

/** Live progress of one account as server-sent events. */
@Controller('/api/accounts/:accountId/progress')
@UseGuards(ApiRate, SignedIn)
export class ProgressController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(ProgressStreams) private readonly streams: ProgressStreams,
  ) {}

  @Get()
  async watch(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const account = await ownAccount(this.accounts, userId, accountId);
    this.streams.admit(account.id);
    await this.streams.open(account.id, request, response);
  }
}
