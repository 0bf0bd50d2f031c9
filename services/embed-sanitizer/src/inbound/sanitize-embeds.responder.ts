import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { SanitizeRequest, SUBJECT, type SanitizeResult } from '@trendpot/contracts';
import { Responds } from '@trendpot/nest-kit';
import type { SanitizeEmbeds } from '../domain/sanitize-embeds.ts';
import { SANITIZE_EMBEDS } from './tokens.ts';

/** A page of embeds fits into one NATS message, whose limit is 1 MiB. */
const LARGEST_REQUEST_BYTES = 1_048_576;

@Controller()
export class SanitizeEmbedsResponder {
  constructor(@Inject(SANITIZE_EMBEDS) private readonly sanitizeEmbeds: SanitizeEmbeds) {}

  @Responds(SUBJECT.embedsSanitize, SanitizeRequest, { maxBytes: LARGEST_REQUEST_BYTES })
  handle(@Payload() request: SanitizeRequest): SanitizeResult {
    return this.sanitizeEmbeds(request);
  }
}
