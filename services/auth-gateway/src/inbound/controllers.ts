import { AccountPageController } from './account-page.controller.ts';
import { AccountsController } from './api/accounts.controller.ts';
import { OpenApiController } from './api/openapi.controller.ts';
import { ProgressController } from './api/progress.controller.ts';
import { VideosController } from './api/videos.controller.ts';
import { CallbackController } from './callback.controller.ts';
import { ConnectController } from './connect.controller.ts';
import { DisconnectPageController } from './disconnect-page.controller.ts';
import { DeadLettersController } from './operator/dead-letters.controller.ts';
import { OperatorAccountsController } from './operator/operator-accounts.controller.ts';
import { WebhooksController } from './webhooks.controller.ts';

/** Every way in. */
export const CONTROLLERS = [
  ConnectController,
  CallbackController,
  AccountPageController,
  DisconnectPageController,
  AccountsController,
  ProgressController,
  VideosController,
  WebhooksController,
  OperatorAccountsController,
  DeadLettersController,
  OpenApiController,
];
