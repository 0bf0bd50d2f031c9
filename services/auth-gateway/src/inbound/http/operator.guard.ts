import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { PlatformError } from '@trendpot/contracts';
import { equalInConstantTime } from '@trendpot/secrets';
import type { Request } from 'express';
import type { GatewaySettings } from '../gateway-settings.ts';
import { GATEWAY } from '../tokens.ts';

/** Asks for the operator token. Where none is set there is no operator API, and nothing tells that there could be. */
@Injectable()
export class Operator implements CanActivate {
  constructor(@Inject(GATEWAY) private readonly settings: GatewaySettings) {}

  canActivate(context: ExecutionContext): boolean {
    const { operatorToken } = this.settings;
    if (operatorToken === undefined) throw new PlatformError('E_NOT_FOUND', 'the operator API is not enabled');
    const { authorization = '' } = context.switchToHttp().getRequest<Request>().headers;
    const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1] ?? '';
    if (!equalInConstantTime(given, operatorToken.reveal())) {
      throw new PlatformError('E_UNAUTHENTICATED', 'no operator token, or another one');
    }
    return true;
  }
}
