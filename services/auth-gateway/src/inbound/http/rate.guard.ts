import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { PlatformError } from '@trendpot/contracts';
import type { Request } from 'express';
import { callerKey } from '../../domain/caller-key.ts';
import { makeRateGuard, type RateGuard } from '../../domain/rate-guard.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { GATEWAY } from '../tokens.ts';

const admit = (guard: RateGuard, context: ExecutionContext): true => {
  const request = context.switchToHttp().getRequest<Request>();
  const afterMs = guard.admit(callerKey(request.ip));
  if (afterMs > 0) throw new PlatformError('E_TOO_MANY_REQUESTS', 'a caller exceeds its share', { afterMs });
  return true;
};

const now = (): number => performance.now();

/** Attempts to connect: each may cost a call to TikTok and a KMS key. */
@Injectable()
export class SignInRate implements CanActivate {
  readonly #guard: RateGuard;

  constructor(@Inject(GATEWAY) settings: GatewaySettings) {
    this.#guard = makeRateGuard({ perMinute: settings.rates.signInPerMinute }, now);
  }

  canActivate(context: ExecutionContext): boolean {
    return admit(this.#guard, context);
  }
}

/** Everything else of the public surface. */
@Injectable()
export class ApiRate implements CanActivate {
  readonly #guard: RateGuard;

  constructor(@Inject(GATEWAY) settings: GatewaySettings) {
    this.#guard = makeRateGuard({ perMinute: settings.rates.apiPerMinute }, now);
  }

  canActivate(context: ExecutionContext): boolean {
    return admit(this.#guard, context);
  }
}
