import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { CONSUMER, type PlatformEvent } from '@trendpot/contracts';
import { ConsumesEvents } from '@trendpot/nest-kit';
import type { EraseAccount } from '../domain/erase-account.ts';
import { ERASE_ACCOUNT } from './tokens.ts';

@Controller()
export class AccountRevokedConsumer {
  constructor(@Inject(ERASE_ACCOUNT) private readonly eraseAccount: EraseAccount) {}

  @ConsumesEvents(CONSUMER.refresherErasure)
  handle(@Payload() event: PlatformEvent): Promise<void> {
    return this.eraseAccount(event);
  }
}
