import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { CONSUMER, type PlatformEvent } from '@trendpot/contracts';
import { ConsumesEvents } from '@trendpot/nest-kit';
import type { EraseRevoked } from '@trendpot/worker';
import { ERASE_REVOKED } from './tokens.ts';

@Controller()
export class AccountRevokedConsumer {
  constructor(@Inject(ERASE_REVOKED) private readonly eraseRevoked: EraseRevoked) {}

  @ConsumesEvents(CONSUMER.refresherErasure)
  handle(@Payload() event: PlatformEvent): Promise<void> {
    return this.eraseRevoked(event);
  }
}
