import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RevokeRequest, SUBJECT, type RevokeResult } from '@trendpot/contracts';
import { Responds, type RequestMeta } from '@trendpot/nest-kit';
import type { DisconnectAccount } from '../domain/disconnect/disconnect-account.ts';
import { DISCONNECT_ACCOUNT } from './tokens.ts';

@Controller()
export class DisconnectAccountResponder {
  constructor(@Inject(DISCONNECT_ACCOUNT) private readonly disconnectAccount: DisconnectAccount) {}

  @Responds(SUBJECT.vaultRevoke, RevokeRequest)
  handle(@Payload() request: RevokeRequest, @Ctx() meta: RequestMeta): Promise<RevokeResult> {
    return this.disconnectAccount(request, meta.caller);
  }
}
