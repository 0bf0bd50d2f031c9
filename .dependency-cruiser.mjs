/** The borders. Each rule carries the sentence a reader should see when it is crossed. */
const TECHNOLOGY = 'node_modules/(@nestjs|@nats-io|mongodb|@aws-sdk|express|pino|@opentelemetry|rxjs)/';

const SHARED_BY_TESTS = '^test/|^libs/testing/|^(libs|services)/[^/]+/test/';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no first file to read.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-stays-framework-free',
      comment: 'Domain code is functions over ports; it runs without Nest, Mongo, NATS, AWS or HTTP.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: TECHNOLOGY },
    },
    {
      name: 'domain-knows-only-the-language',
      comment:
        'Of our own packages the domain may import contracts and secrets; everything else arrives through a port.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/(?!contracts/|secrets/)' },
    },
    {
      name: 'domain-never-looks-outward',
      comment: 'Inbound calls domain, domain calls ports, outbound implements ports.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^services/[^/]+/src/(inbound|outbound|app\\.module|main|config)' },
    },
    {
      name: 'inbound-and-outbound-meet-only-in-the-module',
      comment: 'app.module.ts is the one file that knows both sides.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/inbound/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^services/[^/]+/src/outbound/' },
    },
    {
      name: 'outbound-never-calls-inbound',
      comment: 'An adapter does not know what caused it to be called.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/outbound/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^services/[^/]+/src/inbound/' },
    },
    {
      name: 'nest-lives-at-the-edge',
      comment: 'Nest is imported by nest-kit, by inbound folders and by the composition root only.',
      severity: 'error',
      from: {
        pathNot: '^libs/nest-kit/|^services/[^/]+/src/(inbound/|app\\.module\\.ts|main\\.ts)|\\.spec\\.ts$|^test/',
      },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'only-the-vault-knows-kms',
      comment: 'token-vault is the only caller of AWS KMS.',
      severity: 'error',
      from: { pathNot: '^services/token-vault/' },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'contracts-is-a-leaf',
      comment: 'The language between the services depends on nobody.',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^libs/(?!contracts/)' },
    },
    {
      name: 'services-never-import-services',
      comment: 'Services talk over NATS.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/(?!$1/)' },
    },
    {
      name: 'libs-never-import-services',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^services/' },
    },
    {
      name: 'testing-stays-in-tests',
      comment: 'What tests share never ships.',
      severity: 'error',
      from: { pathNot: `\\.spec\\.ts$|${SHARED_BY_TESTS}` },
      to: { path: SHARED_BY_TESTS },
    },
    {
      name: 'libraries-keep-their-doors',
      comment: 'Another package is entered by its index.',
      severity: 'error',
      from: { path: '^(libs/[^/]+|services/[^/]+|deploy/local|test)/' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts$)', pathNot: '^$1/' },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@trendpot/source', 'import', 'node', 'types', 'default'],
    },
  },
};
