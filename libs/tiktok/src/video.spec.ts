import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { displayError } from './display-errors.ts';
import { readProfile } from './profile.ts';
import { retryAfterMs } from './retry-after.ts';
import { readVideo, readVideos } from './video.ts';

const ID = '7080213458555737986';

describe('a video', () => {
  it('keeps what is usable, whatever the rest is', () => {
    const odd = {
      id: ID,
      title: 7,
      create_time: 'yesterday',
      duration: -1,
      like_count: null,
      view_count: 3,
      novelty: [],
    };
    expect(readVideo(odd)).toEqual({ id: ID, counts: { views: 3 } });
    fc.assert(
      fc.property(
        fc.record({
          id: fc.constant(ID),
          title: fc.anything(),
          share_url: fc.anything(),
          stats: fc.anything(),
          view_count: fc.anything(),
        }),
        (wire) => {
          expect(readVideo(wire)?.id).toBe(ID);
        },
      ),
    );
  });

  it.each([[{ id: 7_080_213_458_555_737_986 }], [{ id: '12' }], [{ id: `${ID}"` }], [{}], ['x'], [null]])(
    'that cannot be told which one it is, is none: %j',
    (wire) => {
      expect(readVideo(wire)).toBeUndefined();
    },
  );

  it.each([0, -1, 1.5, 253_402_300_800, 1.79e12, 9e15])('has no time when its time is said to be %d', (create_time) => {
    expect(readVideo({ id: ID, create_time })).toEqual({ id: ID, counts: {} });
  });

  it.each([1, 1_790_000_000, 253_402_300_799])('has the time that is said, %d', (create_time) => {
    expect(readVideo({ id: ID, create_time })?.createTime).toBe(create_time);
  });

  it('may have its counts where the alignment notes’ API puts them', () => {
    const stats = { digg_count: 1, play_count: 2, comment_count: 3, share_count: 4 };
    expect(readVideo({ video_id: ID, stats })?.counts).toEqual({ likes: 1, views: 2, comments: 3, shares: 4 });
  });

  it('comes once from a list that repeats it', () => {
    expect(readVideos([{ id: ID, view_count: 1 }, { id: ID, view_count: 2 }, 'x'])).toEqual([
      { id: ID, counts: { views: 1 } },
    ]);
    expect(readVideos(undefined)).toEqual([]);
  });

  it.each([
    [`https://www.tiktok.com/@u/video/${ID}?utm_source=awx`, `https://www.tiktok.com/@u/video/${ID}`],
    [`https://www.tiktok.com/@u.v_w/photo/${ID}#x`, `https://www.tiktok.com/@u.v_w/video/${ID}`],
    [`https://www.tiktok.com/@u/video/7080213458555737987`, undefined],
    [`http://www.tiktok.com/@u/video/${ID}`, undefined],
    [`https://evil.example/@u/video/${ID}`, undefined],
    [`https://me@www.tiktok.com/@u/video/${ID}`, undefined],
    ['javascript:alert(1)', undefined],
  ])('shared as %s is at %s', (share_url, shareUrl) => {
    expect(readVideo({ id: ID, share_url })?.shareUrl).toBe(shareUrl);
  });
});

describe('a profile', () => {
  it('is plain text and a picture of TikTok’s, each only if it is usable', () => {
    const avatar_url = 'https://p19-sign.tiktokcdn-us.com/tos-avt/b17f~c5_168x168.jpeg';
    const user = { open_id: 'o', display_name: '<b>Tik</b>\u202E Toker<script', avatar_url };
    expect(readProfile({ user })).toEqual({ openId: 'o', displayName: 'Tik Tokerscript', avatarUrl: avatar_url });
    expect(readProfile({ user: { display_name: '<i></i>', avatar_url: 'https://evil.example/x.png' } })).toEqual({});
    expect(readProfile({})).toEqual({});
  });
});

describe('a refusal', () => {
  it('waits as long as TikTok says, within reason', () => {
    const now = Date.parse('2026-11-01T12:00:00Z');
    expect(retryAfterMs('30', now)).toBe(30_000);
    expect(retryAfterMs('Sun, 01 Nov 2026 12:00:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Sun, 01 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('999999', now)).toBe(3_600_000);
    expect([retryAfterMs(undefined, now), retryAfterMs('soon', now), retryAfterMs('', now)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('quotes TikTok’s words only while they are plain words', () => {
    const quoted = displayError({
      status: 400,
      retryAfter: undefined,
      code: 'invalid_params',
      logId: '20220829194722CBE8',
    });
    expect(quoted.message).toBe('TikTok answered 400 (code invalid_params, log id 20220829194722CBE8)');
    const echo = displayError({ status: 400, retryAfter: undefined, code: 'no token act.x!1 here', logId: undefined });
    expect(echo.message).toBe('TikTok answered 400 (code none, log id none)');
  });
});
