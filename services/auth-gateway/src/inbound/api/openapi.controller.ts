import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import type { GatewaySettings } from '../gateway-settings.ts';
import { ApiRate } from '../http/rate.guard.ts';
import { GATEWAY } from '../tokens.ts';
import { openApiDocument } from './openapi.ts';

@Controller('/openapi.json')
@UseGuards(ApiRate)
export class OpenApiController {
  readonly #document: unknown;

  constructor(@Inject(GATEWAY) settings: GatewaySettings) {
    this.#document = openApiDocument(settings);
  }

  @Get()
  document(): unknown {
    return this.#document;
  }
}
