import type { StoredVideo } from './stored-video.ts';
import { drawCover } from './drawings.ts';

const STYLE =
  'html,body{margin:0;height:100%;background:#000;color:#fff;font:15px system-ui,sans-serif}main{position:relative;height:100%;display:grid;place-items:center;overflow:hidden}' +
  'img{position:absolute;inset:0;width:100%;height:100%;object-fit:contain;opacity:.9}button{position:relative;width:76px;height:76px;border:0;border-radius:50%;background:#0009;color:#fff;font-size:30px;cursor:pointer}' +
  'button:focus-visible{outline:3px solid #fff}';

/** The player's messages, as documented: an envelope with `x-tiktok-player`, a type and a value. */
const SCRIPT = `const say=(type,value)=>parent.postMessage({'x-tiktok-player':true,type,value},'*');
const button=document.querySelector('button');let playing=false;
const set=(now)=>{playing=now;button.textContent=now?'❚❚':'▶';button.setAttribute('aria-label',now?'Pause':'Play');say('onStateChange',now?1:2)};
button.onclick=()=>set(!playing);
addEventListener('message',({data})=>{if(!data||!data['x-tiktok-player'])return;if(data.type==='play')set(true);if(data.type==='pause')set(false)});
say('onPlayerReady');say('onStateChange',-1);if(new URLSearchParams(location.search).get('autoplay')==='1')set(true);`;

const MISSING = `parent.postMessage({'x-tiktok-player':true,type:'onPlayerError',value:{errorCode:1001,errorType:'INVALID_VIDEO'}},'*')`;

const page = (body: string, script: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Player</title><style>${STYLE}</style></head><body><main>${body}</main><script>${script}</script></body></html>`;

/** A stand-in for the player: the cover, a button, and the messages of the real one. */
export const playerPage = (video: StoredVideo | undefined): string => {
  if (video === undefined) return page('<p>This video is unavailable</p>', MISSING);
  const cover = Buffer.from(drawCover(video.id, video.caption, video.photo)).toString('base64');
  return page(`<img alt="" src="data:image/svg+xml;base64,${cover}"><button aria-label="Play">▶</button>`, SCRIPT);
};
