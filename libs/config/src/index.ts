export {
  defineConfig,
  ConfigurationFault,
  CONFIGURATION_EXIT_CODE,
  type Environment,
  type SettingsReader,
  type SettingsRule,
} from './define-config.ts';
export { rotatingSecrets, type LiveSecrets, type SecretSources } from './rotating-secrets.ts';
export { integer, secretText, secretFile, words, httpAddress, flag } from './settings.ts';
export {
  serviceSettings,
  mongoSettings,
  tiktokSettings,
  ceilingSettings,
  ceilingRules,
  ceilingsOf,
  displayBaseUrl,
} from './common-settings.ts';
export { givenRedirectOf, publicOriginOf } from './public-origin.ts';
