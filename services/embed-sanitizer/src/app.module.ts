import { Module, type DynamicModule } from '@nestjs/common';
import type { ServiceContext } from '@trendpot/nest-kit';
import type { Config } from './config.ts';
import type { VerdictReport } from './domain/ports.ts';
import { makeSanitizeEmbeds } from './domain/sanitize-embeds.ts';
import { SanitizeEmbedsResponder } from './inbound/sanitize-embeds.responder.ts';
import { SANITIZE_EMBEDS } from './inbound/tokens.ts';

@Module({})
export class AppModule {
  static register(config: Config, { meters, logger }: ServiceContext): DynamicModule {
    const report: VerdictReport = {
      judged(requestId, verdict) {
        meters.add('tiktok_embeds_total', { verdict: verdict.verdict });
        if (verdict.verdict === 'safe') return;
        logger.warn('tiktok.embed.rejected', { requestId, videoId: verdict.videoId, reasons: verdict.reasons });
      },
    };
    const sanitizeEmbeds = makeSanitizeEmbeds({
      report,
      clock: () => new Date(),
      extraThumbnailHosts: config.extraThumbnailHosts,
    });
    return {
      module: AppModule,
      controllers: [SanitizeEmbedsResponder],
      providers: [{ provide: SANITIZE_EMBEDS, useValue: sanitizeEmbeds }],
    };
  }
}
