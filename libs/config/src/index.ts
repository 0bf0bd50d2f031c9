export {
  defineConfig,
  ConfigurationFault,
  CONFIGURATION_EXIT_CODE,
  type Environment,
  type SettingsReader,
} from './define-config.ts';
export { rotatingSecrets, type LiveSecrets, type SecretSources } from './rotating-secrets.ts';
export { integer, secretText, words, httpAddress, flag } from './settings.ts';
export {
  serviceSettings,
  mongoSettings,
  tiktokSettings,
  ceilingSettings,
  displayBaseUrl,
  readSettingFile,
} from './common-settings.ts';
