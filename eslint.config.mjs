import tseslint from 'typescript-eslint';

const EVERYWHERE = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: an index is a table of contents.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
];
/** What is left of TypeScript once types are taken away; the compiler refuses it outside of the services. */
const NOT_ERASABLE = ['TSParameterProperty', 'TSModuleDeclaration', 'TSImportEqualsDeclaration', 'TSExportAssignment'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/assets/**', '**/public/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...EVERYWHERE],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `AccountId | 'unknown'` says more to a reader than `string` does.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/require-await': 'off',
      // Ports are records of functions: taking one out of its record is the normal way to use it.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-redeclare': 'off',
    },
  },
  {
    files: ['services/*/src/domain/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...EVERYWHERE,
        ...NOT_ERASABLE.map((selector) => ({ selector, message: 'Domain code runs as it is, without a build.' })),
      ],
    },
  },
  {
    // A process that talks to a person prints; a service logs.
    files: ['deploy/local/src/**/*.ts', 'test/**/*.ts', 'services/*/src/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
