import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { LookupRequest, SUBJECT, type LookupResult } from '@trendpot/contracts';
import { Responds } from '@trendpot/nest-kit';
import type { LookUpVideo } from '../domain/look-up-video.ts';
import { LOOK_UP_VIDEO } from './tokens.ts';

@Controller()
export class VideoLookupResponder {
  constructor(@Inject(LOOK_UP_VIDEO) private readonly lookUpVideo: LookUpVideo) {}

  @Responds(SUBJECT.videosLookup, LookupRequest)
  handle(@Payload() request: LookupRequest): Promise<LookupResult> {
    return this.lookUpVideo(request);
  }
}
