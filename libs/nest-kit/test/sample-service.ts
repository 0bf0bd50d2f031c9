import { Controller, Get, Inject, Module, Param, Post, Req, Res, type DynamicModule } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  CONSUMER,
  LookupRequest,
  PlatformError,
  SUBJECT,
  SyncJob,
  syncScheduleSubject,
  type DeadLetter,
  type PlatformEvent,
} from '@trendpot/contracts';
import type { JobFailurePolicy } from '@trendpot/messaging';
import {
  ConsumesEvents,
  ConsumesJobs,
  JOB_FAILURE_POLICY,
  requestIdOf,
  Responds,
  type JobMeta,
  type RequestMeta,
  type ServiceContext,
} from '@trendpot/nest-kit';

const RECORD = Symbol('record');
interface Recorded {
  readonly jobs: SyncJob[];
  readonly events: PlatformEvent[];
  readonly letters: DeadLetter[];
  readonly steps: string[];
  readonly mayFinish: PromiseWithResolvers<void>;
}
/** What the service has seen, and what keeps its last job waiting. */
export const recorded: Recorded = {
  jobs: [],
  events: [],
  letters: [],
  steps: [],
  mayFinish: Promise.withResolvers<void>(),
};

@Controller()
class LookUpResponder {
  @Responds(SUBJECT.videosLookup, LookupRequest)
  async lookUp(@Payload() asked: LookupRequest, @Ctx() meta: RequestMeta): Promise<unknown> {
    if (asked.videoId === '404404') throw new PlatformError('E_VIDEO_NOT_FOUND', `no ${asked.videoId} for canary`);
    if (asked.videoId === '500500') throw new TypeError('canary');
    return { videoId: asked.videoId, caller: meta.caller ?? 'unproven' };
  }
}

@Controller()
class JobsConsumer {
  readonly #record: Recorded;
  constructor(@Inject(RECORD) record: Recorded) {
    this.#record = record;
  }

  @ConsumesJobs(CONSUMER.syncFirst)
  async first(@Payload() job: SyncJob, @Ctx() meta: JobMeta): Promise<void> {
    this.#record.jobs.push(job);
    if (job.page === 1) throw new PlatformError('E_ACCOUNT_REVOKED', 'gone');
    if (job.page === 2) throw new PlatformError('E_TIKTOK_REQUEST_REJECTED', `attempt ${meta.attempt}`);
    if (job.page === 3) await this.#record.mayFinish.promise;
    if (job.page === 4) await new Promise((_done, cutShort) => meta.signal.addEventListener('abort', cutShort));
  }

  @ConsumesEvents(CONSUMER.ingestionErasure)
  async account(@Payload() event: PlatformEvent): Promise<void> {
    this.#record.events.push(event);
  }
}

@Controller()
class PagesController {
  @Get('things/:id')
  thing(@Param('id') id: string, @Req() asked: object): unknown {
    if (id === 'busy') throw new PlatformError('E_TOO_MANY_REQUESTS', 'canary', { afterMs: 1_500 });
    if (id === 'broken') throw new TypeError('canary');
    return { id, requestId: requestIdOf(asked) };
  }

  @Post('raw')
  raw(@Req() asked: { rawBody?: Buffer }): unknown {
    return { bytes: asked.rawBody?.byteLength };
  }

  @Get('stream')
  stream(@Res() response: { write(text: string): void; flushHeaders(): void }): void {
    response.flushHeaders();
    response.write('data: 1\n\n');
  }
}

const policy: JobFailurePolicy<SyncJob> = {
  queue: 'sync',
  maxAttempts: 5,
  backoffMs: 50,
  scheduleSubject: (job) => syncScheduleSubject(job.accountId),
  onFailed: async (letter) => void recorded.letters.push(letter),
};

let context: ServiceContext | undefined;
/** What the service was given. */
export const contextOfSample = (): ServiceContext => {
  if (context === undefined) throw new Error('the sample service has not been built');
  return context;
};

/** A service with a handler of every kind. */
@Module({})
export class SampleModule {
  static register(_config: object, given: ServiceContext): DynamicModule {
    context = given;
    given.onShutdown('first registered', async () => void recorded.steps.push('first registered'));
    given.onShutdown('last registered', async () => void recorded.steps.push('last registered'));
    given.onShutdown('clock', async () => void recorded.steps.push('clock'), { phase: 'first' });
    return {
      module: SampleModule,
      controllers: [LookUpResponder, JobsConsumer, PagesController],
      providers: [
        { provide: RECORD, useValue: recorded },
        { provide: JOB_FAILURE_POLICY, useValue: policy },
      ],
    };
  }
}
