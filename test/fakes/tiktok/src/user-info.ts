import type { Request } from 'express';
import { callerOf, fieldsOf, requireScope } from './display-request.ts';
import { contextOf } from './list-videos.ts';
import { avatarUrl } from './pictures.ts';
import type { FakeState } from './state.ts';

const FIELDS_OF_SCOPE = {
  'user.info.basic': ['open_id', 'union_id', 'avatar_url', 'avatar_url_100', 'avatar_large_url', 'display_name'],
  'user.info.profile': ['bio_description', 'profile_deep_link', 'profile_web_link', 'username', 'is_verified'],
  'user.info.stats': ['follower_count', 'following_count', 'likes_count', 'video_count'],
} as const;
const SCOPES = Object.keys(FIELDS_OF_SCOPE) as (keyof typeof FIELDS_OF_SCOPE)[];
const USER_FIELDS: readonly string[] = Object.values(FIELDS_OF_SCOPE).flat();

/** `data` of `/v2/user/info/`. One field outside the granted scopes refuses the whole call. */
export const userInfo = (state: FakeState, request: Request): Record<string, unknown> => {
  const who = callerOf(state, request, 'user.info.basic');
  const fields = fieldsOf(request, USER_FIELDS);
  for (const scope of SCOPES) {
    const belonging: readonly string[] = FIELDS_OF_SCOPE[scope];
    if (fields.some((name) => belonging.includes(name))) requireScope(who.grant, scope);
  }
  const { handle, openId, unionId, displayName, videos } = who.creator;
  const avatar = avatarUrl(who.creator, contextOf(state, who));
  const visible = videos.filter(({ hidden }) => !hidden);
  const user: Record<string, unknown> = {
    open_id: openId,
    union_id: unionId,
    avatar_url: avatar,
    avatar_url_100: avatar,
    avatar_large_url: avatar,
    display_name: displayName,
    bio_description: `${displayName} makes short films. 🎬`,
    profile_deep_link: `https://vm.tiktok.com/${handle}/`,
    profile_web_link: `https://www.tiktok.com/@${handle}`,
    username: handle,
    is_verified: false,
    follower_count: 1200 + visible.length * 31,
    following_count: 180,
    likes_count: visible.reduce((sum, { counts }) => sum + counts.like_count, 0),
    video_count: visible.length,
  };
  return { user: Object.fromEntries(fields.map((name) => [name, user[name]])) };
};
