import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { PageRequest, SUBJECT, type PageResult } from '@trendpot/contracts';
import { Responds } from '@trendpot/nest-kit';
import type { FetchLivePage } from '../domain/live-page.ts';
import { FETCH_LIVE_PAGE } from './tokens.ts';

@Controller()
export class LibraryPageResponder {
  constructor(@Inject(FETCH_LIVE_PAGE) private readonly fetchLivePage: FetchLivePage) {}

  @Responds(SUBJECT.videosPage, PageRequest)
  handle(@Payload() request: PageRequest): Promise<PageResult> {
    return this.fetchLivePage(request);
  }
}
