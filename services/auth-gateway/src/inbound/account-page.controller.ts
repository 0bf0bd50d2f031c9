import { Controller, Get, Inject, Query, Res, UseGuards } from '@nestjs/common';
import type { UserId } from '@trendpot/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import type { ListVideos } from '../domain/library/list-videos.ts';
import type { Account, Accounts, Clock, Videos } from '../domain/ports.ts';
import { Person } from './http/person.ts';
import { ApiRate } from './http/rate.guard.ts';
import { readInput } from './http/read-input.ts';
import { SignedIn } from './http/signed-in.guard.ts';
import { accountPage } from './pages/account.page.ts';
import { ACCOUNTS, CLOCK, LIST_VIDEOS, VIDEOS } from './tokens.ts';

const PAGE_SIZE = 24;
const AccountPageQuery = z.object({ account: z.string().max(64).optional(), cursor: z.string().max(64).optional() });

/** The creator's page: what is stored, how fresh it is, and what is happening. */
@Controller('/account')
@UseGuards(ApiRate, SignedIn)
export class AccountPageController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: Accounts,
    @Inject(VIDEOS) private readonly videos: Videos,
    @Inject(LIST_VIDEOS) private readonly listVideos: ListVideos,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  async page(@Person() userId: UserId, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const { account: wanted, cursor } = readInput(AccountPageQuery, query);
    const known = await this.accounts.ofUser(userId);
    const account = this.choose(known, wanted);
    if (account === undefined) return response.redirect(303, '/connect');
    if (account.state === 'revoked') return response.redirect(303, `/account/${account.id}/receipt`);
    const [library, totals] = await Promise.all([
      this.listVideos(userId, account.id, { limit: PAGE_SIZE, cursor }),
      this.videos.totals(account.id),
    ]);
    const others = known.filter(({ id, state }) => id !== account.id && state !== 'revoked');
    response.type('html').send(accountPage({ account, others, library, totals, now: this.clock.now() }));
  }

  private choose(known: readonly Account[], wanted: string | undefined): Account | undefined {
    return known.find(({ id }) => id === wanted) ?? known.find(({ state }) => state !== 'revoked');
  }
}
