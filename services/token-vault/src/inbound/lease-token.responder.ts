import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { LeaseRequest, SUBJECT, type LeaseResult } from '@trendpot/contracts';
import { Responds, type RequestMeta } from '@trendpot/nest-kit';
import type { LeaseToken } from '../domain/lease/lease-token.ts';
import { LEASE_TOKEN } from './tokens.ts';

@Controller()
export class LeaseTokenResponder {
  constructor(@Inject(LEASE_TOKEN) private readonly leaseToken: LeaseToken) {}

  @Responds(SUBJECT.vaultLease, LeaseRequest)
  handle(@Payload() request: LeaseRequest, @Ctx() meta: RequestMeta): Promise<LeaseResult> {
    return this.leaseToken(request, meta.caller);
  }
}
