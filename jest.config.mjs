/**
 * One configuration, one project per cost: unit specs lie beside the code, everything that needs more than one
 * package lies in test/. All run on the sources, through the private export condition.
 */
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@trendpot/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  modulePathIgnorePatterns: ['/dist/'],
};

const project = (displayName, testMatch, extra = {}) => ({ ...shared, displayName, testMatch, ...extra });

export default {
  projects: [
    project('unit', [
      '<rootDir>/{libs,services}/*/src/**/*.spec.ts',
      '<rootDir>/deploy/local/src/**/*.spec.ts',
      '<rootDir>/test/fakes/**/src/**/*.spec.ts',
    ]),
    project('flows', ['<rootDir>/test/flows/**/*.spec.ts']),
    project('security', ['<rootDir>/test/security/**/*.spec.ts']),
    project('failure', ['<rootDir>/test/failure/**/*.spec.ts']),
    project('house', ['<rootDir>/test/{borders,docs,suite}/**/*.spec.ts']),
    project('browser', ['<rootDir>/test/browser/**/*.spec.ts']),
  ],
};
