import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { PlatformError } from '@trendpot/contracts';
import type {
  DeadLetters,
  DeadLetterView,
  Fate,
  SettleDeadLetters,
  Settled,
} from '../../domain/operations/dead-letters.ts';
import { DeadLetterQuery, DeadLetterSequence, SettleRequest } from '../api/operator-schemas.ts';
import { Operator } from '../http/operator.guard.ts';
import { RequestIdentity } from '../http/person.ts';
import { ApiRate } from '../http/rate.guard.ts';
import { readInput } from '../http/read-input.ts';
import { DEAD_LETTERS, SETTLE_DEAD_LETTERS } from '../tokens.ts';
import { OPERATOR } from './operator.ts';

/** Jobs that were given up: look at them, try them again, or let them go. */
@Controller('/operator/dead-letters')
@UseGuards(ApiRate, Operator)
export class DeadLettersController {
  constructor(
    @Inject(DEAD_LETTERS) private readonly deadLetters: DeadLetters,
    @Inject(SETTLE_DEAD_LETTERS) private readonly settleDeadLetters: SettleDeadLetters,
  ) {}

  @Get()
  async list(@Query() query: unknown): Promise<{ letters: readonly DeadLetterView[] }> {
    const { olderThanSeconds, ...filter } = readInput(DeadLetterQuery, query);
    const olderThanMs = olderThanSeconds === undefined ? undefined : olderThanSeconds * 1000;
    return { letters: await this.deadLetters.list({ ...filter, olderThanMs }) };
  }

  @Get(':sequence')
  async one(@Param('sequence') sequence: string): Promise<DeadLetterView> {
    const letter = await this.deadLetters.find(readInput(DeadLetterSequence, sequence));
    if (letter === undefined) throw new PlatformError('E_NOT_FOUND', 'no dead letter by the number an operator gave');
    return letter;
  }

  @Post('redrive')
  @HttpCode(200)
  redrive(@RequestIdentity() requestId: string, @Body() body: unknown): Promise<Settled> {
    return this.settle('redrive', requestId, body);
  }

  @Delete()
  drop(@RequestIdentity() requestId: string, @Body() body: unknown): Promise<Settled> {
    return this.settle('drop', requestId, body);
  }

  private settle(fate: Fate, requestId: string, body: unknown): Promise<Settled> {
    const { dryRun, reason, olderThanSeconds, sequences, all: _all, ...filter } = readInput(SettleRequest, body);
    const olderThanMs = olderThanSeconds === undefined ? undefined : olderThanSeconds * 1000;
    return this.settleDeadLetters({
      fate,
      filter: { ...filter, olderThanMs },
      sequences,
      dryRun,
      operator: OPERATOR,
      requestId,
      reason,
    });
  }
}
