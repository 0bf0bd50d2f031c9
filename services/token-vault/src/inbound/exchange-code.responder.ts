import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ExchangeRequest, SUBJECT, type ExchangeResult } from '@trendpot/contracts';
import { Responds, type RequestMeta } from '@trendpot/nest-kit';
import type { ExchangeCode } from '../domain/exchange/exchange-code.ts';
import { EXCHANGE_CODE } from './tokens.ts';

@Controller()
export class ExchangeCodeResponder {
  constructor(@Inject(EXCHANGE_CODE) private readonly exchangeCode: ExchangeCode) {}

  @Responds(SUBJECT.vaultExchange, ExchangeRequest)
  handle(@Payload() request: ExchangeRequest, @Ctx() meta: RequestMeta): Promise<ExchangeResult> {
    return this.exchangeCode(request, meta.caller);
  }
}
