import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { PageResult, UserId } from '@trendpot/contracts';
import type { FindVideo, FoundVideo } from '../../domain/library/find-video.ts';
import type { LibraryPage, ListVideos } from '../../domain/library/list-videos.ts';
import type { LivePage } from '../../domain/library/live-page.ts';
import type { StoredVideo } from '../../domain/ports.ts';
import { Person, RequestIdentity } from '../http/person.ts';
import { ApiRate } from '../http/rate.guard.ts';
import { readInput } from '../http/read-input.ts';
import { SignedIn } from '../http/signed-in.guard.ts';
import { FIND_VIDEO, LIST_VIDEOS, LIVE_PAGE } from '../tokens.ts';
import { LiveVideoListQuery, VideoListQuery } from './schemas.ts';

/** Without the owner: who asks knows. */
interface ApiLibraryPage extends Omit<LibraryPage, 'videos'> {
  readonly videos: readonly Omit<StoredVideo, 'accountId'>[];
}

@Controller('/api/accounts/:accountId/videos')
@UseGuards(ApiRate, SignedIn)
export class VideosController {
  constructor(
    @Inject(LIST_VIDEOS) private readonly listVideos: ListVideos,
    @Inject(FIND_VIDEO) private readonly findVideo: FindVideo,
    @Inject(LIVE_PAGE) private readonly livePage: LivePage,
  ) {}

  @Get()
  async list(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @Query() query: unknown,
  ): Promise<ApiLibraryPage> {
    const page = await this.listVideos(userId, accountId, readInput(VideoListQuery, query));
    return { ...page, videos: page.videos.map(({ accountId: _owner, ...video }) => video) };
  }

  @Get('live')
  live(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @RequestIdentity() requestId: string,
    @Query() query: unknown,
  ): Promise<PageResult> {
    const { cursor } = readInput(LiveVideoListQuery, query);
    return this.livePage(userId, accountId, { cursor, requestId });
  }

  @Get(':videoId')
  one(
    @Person() userId: UserId,
    @Param('accountId') accountId: string,
    @Param('videoId') videoId: string,
    @RequestIdentity() requestId: string,
  ): Promise<FoundVideo> {
    return this.findVideo(userId, accountId, videoId, requestId);
  }
}
