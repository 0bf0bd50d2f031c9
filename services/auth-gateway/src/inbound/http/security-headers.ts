import { PICTURE_DOMAINS } from '@trendpot/contracts';
import helmet from 'helmet';
import type { RequestHandler } from 'express';
import type { GatewaySettings } from '../gateway-settings.ts';

/** No address of a picture from anywhere else is stored. */
const PICTURES = PICTURE_DOMAINS.map((domain) => `https://*.${domain}`);
const PLAYER = 'https://www.tiktok.com';

/** Nothing is allowed but what the pages use: own files, TikTok's pictures and player, and the form that leads to TikTok. */
export const securityHeaders = (settings: GatewaySettings): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", ...PICTURES, ...settings.imageSources],
        frameSrc: [PLAYER, ...settings.frameSources],
        // A browser also holds the redirect that answers the form against this.
        formAction: ["'self'", settings.authorizeOrigin],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: settings.secureCookies ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
