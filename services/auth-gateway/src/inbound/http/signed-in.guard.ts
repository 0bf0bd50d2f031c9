import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { PlatformError } from '@trendpot/contracts';
import type { Request, Response } from 'express';
import type { Sessions } from '../../domain/sign-in/sessions.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { GATEWAY, SESSIONS } from '../tokens.ts';
import { recognise } from './person.ts';
import { isSameOrigin } from './same-origin.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets signed-in people in, and whatever changes something only from our own pages. */
@Injectable()
export class SignedIn implements CanActivate {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(GATEWAY) private readonly settings: GatewaySettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (!SAFE_METHODS.has(request.method) && !isSameOrigin(request.headers, this.settings.publicOrigin)) {
      throw new PlatformError('E_FORBIDDEN', 'a changing request from another site');
    }
    if ((await recognise(this.sessions, this.settings, request, response)) === undefined) {
      throw new PlatformError('E_UNAUTHENTICATED', 'no session');
    }
    return true;
  }
}
